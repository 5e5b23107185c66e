"""Of pairs of processes, one of each commit: by how much does the second differ, and how surely?

A pair gives one figure, the logarithm of head / base. Samples of one process are no independent
figures: a test over all of them together grows surer of nothing with every sample.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CONFIDENCE: Final = 0.99

TRIM: Final = 0.2
"""Of each end. A neighbour that wakes up spoils a pair, not the estimate."""

PAIRS_MIN: Final = 6
"""Fewer leave three degrees of freedom or less, and an interval that says nothing."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """By what share head differs from base, and the 99 % interval; 0.05 is 5 % slower."""

    change: float
    low: float
    high: float
    pairs: int

    @property
    def beyond_chance(self) -> float:
        """The end of the interval that is nearer to 0, or 0 where it holds 0."""
        return max(self.low, 0.0) + min(self.high, 0.0)


def estimate(log_ratios: Sequence[float]) -> Estimate | None:
    """Return the trimmed mean of log(head / base) as a share; None below `PAIRS_MIN` pairs.

    Law:     the commits exchanged, (1 + change), (1 + low) and (1 + high) invert.
    Source:  Yuen, The two-sample trimmed t for unequal population variances (1974), on pairs:
             the t interval of a trimmed mean, with the winsorised deviation.
    """
    if len(log_ratios) < PAIRS_MIN:
        return None
    if min(log_ratios) == max(log_ratios):
        change = math.expm1(log_ratios[0])
        return Estimate(change, change, change, len(log_ratios))
    # Dear to import, and many commands judge nothing.
    import numpy as np
    from scipy.stats import mstats

    ends = (TRIM, TRIM)
    data = np.array(log_ratios, dtype=np.float64)
    low, high = mstats.trimmed_mean_ci(data, limits=ends, alpha=1 - CONFIDENCE)
    middle = float(mstats.trimmed_mean(data, limits=ends))
    return Estimate(math.expm1(middle), math.expm1(low), math.expm1(high), len(log_ratios))
