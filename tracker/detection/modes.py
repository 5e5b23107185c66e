"""Noise that switches between two levels and back, and stays a while: a hidden Markov model.

A layout of memory, a clock rate, a neighbour: what is on and off again is no change of the
program, and each visit looks like a step and its repair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracker.detection.noise import Array

ROUNDS: Final = 10
"""Of expectation and maximisation."""

SWITCHING: Final = 0.15
"""Share of commits at which it switches."""

STRAY: Final = 0.03
"""Share of figures that belong to neither level."""


@dataclass(frozen=True, slots=True)
class Modes:
    """The two levels of the noise, for the best of some sets of steps."""

    likelihood: float
    """Logarithm of the density of the figures."""
    height: float
    upper: Array
    """Of each point: how surely it is of the upper level."""
    steps: tuple[int, ...]


def modes(values: Array, sets: Sequence[tuple[int, ...]]) -> Modes:
    """Return the fit for the best of the `sets` of steps (first points of a new level).

    The sets are fitted at once: shapes are (sets, points).
    """
    n = len(values)
    at = np.arange(n)
    group = np.array([np.searchsorted(sorted(some), at, side="right") for some in sets])
    member = (group[:, None] == np.arange(group.max() + 1)[None, :, None]).astype(np.float64)
    level = _level(values[None], member)
    residual = values[None] - level
    spread = np.quantile(residual, 0.9, axis=1) - np.quantile(residual, 0.1, axis=1)
    height = np.maximum(spread * 0.7, 1e-12)
    upper = (residual > np.median(residual, axis=1)[:, None]).astype(np.float64)
    scale = np.maximum(spread / 5, 1e-12)
    wide = 4 * (np.ptp(values) + 1e-12)
    likelihood = np.zeros(len(sets))
    for _ in range(ROUNDS):
        base = _level(values[None] - height[:, None] * upper, member)
        residual = values[None] - base
        density = np.stack([_density(residual, scale, wide)] * 2)
        density[1] = _density(residual - height[:, None], scale, wide)
        upper, likelihood = _smooth(density)
        height, scale = _fit(residual, upper, height, scale)
    best = int(likelihood.argmax())
    return Modes(float(likelihood[best]), float(height[best]), upper[best], sets[best])


def _level(values: Array, member: Array) -> Array:
    """Spread each group's mean over its points, with what lies far off cut."""
    count = np.maximum(member.sum(axis=2), 1)
    mean = np.einsum("sgn,sn->sg", member, np.broadcast_to(values, member[:, 0].shape)) / count
    level: Array = np.einsum("sgn,sg->sn", member, mean)
    return level


def _density(residual: Array, scale: Array, wide: float) -> Array:
    wanted = np.exp(-0.5 * (residual / scale[:, None]) ** 2) / (2.5066 * scale[:, None])
    return (1 - STRAY) * wanted + STRAY / wide


def _fit(residual: Array, upper: Array, height: Array, scale: Array) -> tuple[Array, Array]:
    error = residual - upper * height[:, None]
    kept = np.abs(error) < 4 * scale[:, None]
    weight, rest = upper * kept, (1 - upper) * kept
    top = (weight * residual).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)
    low = (rest * residual).sum(axis=1) / np.maximum(rest.sum(axis=1), 1)
    height = np.maximum(top - low, 1e-12)
    square = weight * (residual - top[:, None]) ** 2 + rest * (residual - low[:, None]) ** 2
    scale = np.sqrt(square.sum(axis=1) / np.maximum(kept.sum(axis=1), 1))
    return height, np.maximum(scale, 1e-12)


def _smooth(density: Array) -> tuple[Array, Array]:
    """Return how surely each point is of the upper level, and the log likelihood (Baum, Welch)."""
    _, count, n = density.shape
    stay = 1 - SWITCHING
    forward = np.empty((n, 2, count))
    total = np.empty((n, count))
    carried = np.full((2, count), 0.5)
    for t in range(n):
        here = carried * density[:, :, t]
        total[t] = here.sum(axis=0)
        forward[t] = here / total[t]
        carried = stay * forward[t] + SWITCHING * forward[t, ::-1]
    upper = np.empty((count, n))
    after = np.ones((2, count))
    for t in range(n - 1, -1, -1):
        both = forward[t] * after
        upper[:, t] = both[1] / both.sum(axis=0)
        seen = after * density[:, :, t] / total[t]
        after = stay * seen + SWITCHING * seen[::-1]
    return upper, np.log(total).sum(axis=0)
