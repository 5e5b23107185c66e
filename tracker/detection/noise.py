"""How the figures of one unchanged program vary: the covariances a history may have.

White noise, autocorrelation that fades within commits (a busy neighbour), and a random walk under
it (a machine that ages). Which it is, each history says itself; see `search`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

AUTOREGRESSIVE: Final = ((0.2, 1.0), (0.4, 1.0), (0.6, 1.0), (0.8, 1.0))
"""Correlation of neighbours, and its share of the variance; the rest is white."""

MIXED: Final = ((0.8, 0.5), (0.9, 0.5), (0.9, 0.8))

RANDOM_WALKS: Final = (0.003, 0.01, 0.03, 0.1)
"""Variance that each commit adds, as a share of the white noise's."""

CREEP_GRID: Final = 10
"""Creep begins and ends at one of so many evenly spaced points."""

CREEP_MIN: Final = 4
"""Cells of that grid. A shorter ramp is a step that is hard to place."""


@dataclass(frozen=True, slots=True)
class Noise:
    """One covariance, and what a change looks like once it is divided out.

    Shapes:  whitening (n, n); columns (n, n - 1 + ramps); gram (columns, columns).
    """

    whitening: Array
    """Makes the noise white, and takes the mean away."""
    columns: Array
    """A step at 1, 2, … n - 1, then the ramps, whitened."""
    gram: Array
    log_determinant: float


def ramps(n: int) -> list[tuple[int, int]]:
    """Return where creep may begin and end in a series of `n` points."""
    if n < 2 * CREEP_GRID:
        return []
    ends = [round(n * k / CREEP_GRID) for k in range(CREEP_GRID + 1)]
    last = range(len(ends))
    return [(ends[a], ends[b]) for a in last for b in last if b - a >= CREEP_MIN]


@lru_cache(maxsize=64)
def noises(n: int) -> tuple[Noise, ...]:
    """Return every covariance that a series of `n` points is tried with."""
    lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    white = np.eye(n)
    walk = np.minimum.outer(np.arange(n), np.arange(n)) + 1.0
    covariances = [white]
    for correlation, share in (*AUTOREGRESSIVE, *MIXED):
        covariances.append(share * correlation**lag + (1 - share) * white)
    covariances += [white + step * walk for step in RANDOM_WALKS]
    return tuple(_noise(covariance) for covariance in covariances)


def _noise(covariance: Array) -> Noise:
    n = len(covariance)
    root = np.linalg.cholesky(covariance)
    whitening = np.linalg.inv(root)
    constant = whitening @ np.ones(n)
    size = float(constant @ constant)
    whitening = whitening - np.outer(constant, constant @ whitening) / size
    columns = whitening @ shapes(n)
    # The restricted likelihood's: a random walk is not to look better for having no mean.
    determinant = 2 * float(np.log(np.diag(root)).sum()) + float(np.log(size))
    return Noise(whitening, columns, columns.T @ columns, determinant)


def shapes(n: int) -> Array:
    """Return a column for each change that a series of `n` points may show; each rises by 1."""
    at = np.arange(n)[:, None]
    steps = (at >= np.arange(1, n)[None]).astype(np.float64)
    slopes = [np.clip((at[:, 0] - a + 1) / (b - a), 0, 1) for a, b in ramps(n)]
    return np.column_stack([steps, *slopes])
