"""How sure is a ratio of two medians? A percentile bootstrap over the turns.

The arms take turns, so what slows the machine down slows both of a turn. Turns are drawn with both
of their times, never one arm's alone: that is what makes the interval narrow, and true.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CONFIDENCE: Final = 0.95

RESAMPLES: Final = 4_000
"""The ends of a 95 % interval then stand on a hundred resamples each."""

BLOCK: Final = 1_000_000
"""Numbers drawn at once: 8 MB of each arm, however many turns there are."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and the 95 % interval that the turns leave for it; None where there is none."""

    point: float
    low: float | None
    high: float | None
    n: int

    @property
    def width(self) -> float | None:
        """High less low."""
        return None if self.low is None or self.high is None else self.high - self.low


def ratio(
    baseline: Sequence[float], ours: Sequence[float], seed: int, resamples: int = RESAMPLES
) -> Estimate:
    """Return the ratio of the medians, baseline / ours: 2 is twice as fast.

    Units:   as both are in one, the ratio has none. Every time is above 0.
    Order:   the n-th of both are of one turn; of equal length, not empty.
    Law:     a scale that both share cancels; the arms exchanged, all three figures invert.
    Source:  Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13; quantiles of the
             logarithm, so that the law holds for the ends, too.
    """
    import numpy as np

    times = np.log(np.array([baseline, ours], dtype=np.float64))
    drawn = np.concatenate(
        [
            _log_median(times[0][rows]) - _log_median(times[1][rows])
            for rows in _resamples(len(baseline), seed, resamples)
        ]
    )
    point = float(np.exp(_log_median(times[0]) - _log_median(times[1])))
    low, high = np.exp(_ends(drawn))
    return Estimate(point, float(low), float(high), len(baseline))


def median(values: Sequence[float], seed: int, resamples: int = RESAMPLES) -> Estimate:
    """Return the median, in the unit of the values; every one is above 0, and there is one."""
    import numpy as np

    logs = np.log(np.array(values, dtype=np.float64))
    drawn = np.concatenate(
        [_log_median(logs[rows]) for rows in _resamples(len(values), seed, resamples)]
    )
    low, high = np.exp(_ends(drawn))
    return Estimate(float(np.exp(_log_median(logs))), float(low), float(high), len(values))


def _resamples(n: int, seed: int, resamples: int) -> "Iterator[NDArray[np.intp]]":
    """Yield blocks of rows of n turns each, drawn with replacement."""
    import numpy as np

    generator = np.random.default_rng(seed)
    rows = max(BLOCK // n, 1)
    for start in range(0, resamples, rows):
        yield generator.integers(0, n, size=(min(rows, resamples - start), n), dtype=np.intp)


def _log_median(logs: "Array") -> "Array":
    """Return the logarithm of the median of each row.

    Of an even number the middle two are averaged as logarithms: their geometric mean, which
    inverts as the ratio does.
    """
    import numpy as np

    return np.asarray(np.median(logs, axis=-1), dtype=np.float64)


def _ends(drawn: "Array") -> "Array":
    import numpy as np

    tail = (1 - CONFIDENCE) / 2
    return np.asarray(np.quantile(drawn, [tail, 1 - tail]), dtype=np.float64)
