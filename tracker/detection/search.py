"""Of all changes and all kinds of noise: which together explain a history most simply?

Least squares on whitened figures, step by step and pair by pair (a slow-down and its repair show
together what neither shows alone), against a price for each change.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tracker.detection.noise import Array, Noise, noises

Mask: TypeAlias = NDArray[np.bool_]

CHANGES_MAX: Final = 8

TINY: Final = 1e-6
"""A column with less than this share of itself left says nothing that the others do not."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The changes that were found, and the noise they were found in."""

    cost: float
    """Twice the negative log likelihood, and the price of the changes."""
    chosen: tuple[int, ...]
    """Columns of `noise`: n - 1 steps, then ramps."""
    noise: Noise
    whitened: Array
    """The figures, as `noise` whitens them."""


@dataclass(slots=True)
class _State:
    """The forward search: what the changes so far leave to be explained."""

    gram: Array
    seen: Array
    """Of each column: how much of what is left it sees."""
    left: float
    """Sum of squares."""
    free: Array


def explain(values: Array, *, price: float, reach: int) -> Explanation:
    """Return the cheapest explanation.

    Args:
        values: logarithms, outliers cut.
        price: of a change, in units of twice the log likelihood.
        reach: points that a level lasts at least.
    """
    best: Explanation | None = None
    n = len(values)
    for noise in noises(n):
        whitened = noise.whitening @ values
        for chosen, left in _paths(noise, whitened, price=price, reach=reach):
            cost = (n - 1) * float(np.log(left)) + noise.log_determinant + price * len(chosen)
            if best is None or cost < best.cost:
                best = Explanation(cost, chosen, noise, whitened)
    assert best is not None
    return best


def _paths(
    noise: Noise, whitened: Array, *, price: float, reach: int
) -> list[tuple[tuple[int, ...], float]]:
    n = len(whitened)
    floor = np.finfo(np.float64).eps * n
    state = _State(
        noise.gram,
        noise.columns.T @ whitened,
        max(float(whitened @ whitened), floor),
        np.diag(noise.gram),
    )
    allowed = np.ones(len(state.seen), dtype=bool)
    allowed[: reach - 1] = allowed[n - reach : n - 1] = False
    chosen: list[int] = []
    paths: list[tuple[tuple[int, ...], float]] = [((), state.left)]
    while len(chosen) < CHANGES_MAX:
        taken = _next(state, allowed, n, price=price, reach=reach)
        if not taken:
            break
        for column in taken:
            state = _without(state, column)
            chosen.append(column)
            if column < n - 1:
                allowed[max(0, column - reach + 1) : min(n - 1, column + reach)] = False
            else:
                allowed[column] = False
        state.left = max(state.left, floor)
        paths.append((tuple(chosen), state.left))
    return paths


def _next(state: _State, allowed: Mask, n: int, *, price: float, reach: int) -> list[int]:
    """Return the column, or the two steps, that pay best; none when nothing pays."""
    size = np.diag(state.gram)
    usable = allowed & (size > TINY * state.free)
    gain = np.where(usable, state.seen**2 / np.where(usable, size, 1), 0)
    one = int(gain.argmax())
    worth = _worth(state, float(gain[one]), n) - price
    both = _pairs(state, usable[: n - 1], reach)
    first, second = divmod(int(both.argmax()), n - 1)
    worth_both = _worth(state, float(both[first, second]), n) - 2 * price
    if max(worth, worth_both) <= 0:
        return []
    return [one] if worth >= worth_both else [first, second]


def _worth(state: _State, gain: float, n: int) -> float:
    left = max(state.left - gain, state.left * np.finfo(np.float64).eps)
    return (n - 1) * float(np.log(state.left / left))


def _pairs(state: _State, usable: Mask, reach: int) -> Array:
    """Return what each pair of steps would explain together."""
    steps = len(usable)
    gram, seen, free = state.gram[:steps, :steps], state.seen[:steps], state.free[:steps]
    size = np.diag(gram)
    determinant = np.outer(size, size) - gram**2
    apart = np.subtract.outer(np.arange(steps), np.arange(steps)) <= -reach
    fit = apart & usable[:, None] & usable & (determinant > TINY * np.outer(free, free))
    explained = np.outer(seen**2, size) - 2 * np.outer(seen, seen) * gram + np.outer(size, seen**2)
    return np.where(fit, explained / np.where(fit, determinant, 1), 0)


def _without(state: _State, column: int) -> _State:
    """Take one change out of all that is left."""
    size = state.gram[column, column]
    share = state.gram[:, column] / size
    return _State(
        state.gram - np.outer(share, state.gram[column]),
        state.seen - share * state.seen[column],
        state.left - float(state.seen[column] ** 2 / size),
        state.free,
    )
