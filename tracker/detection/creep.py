"""Is a rise over many commits a trend, or autocorrelated noise?"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import kendalltau, norm, theilslopes

from tracker.detection.noise import Array

ALPHA: Final = 0.001
"""Share of series without a trend in which one is found."""

CORRELATION_MAX: Final = 0.95


@dataclass(frozen=True, slots=True)
class Trend:
    """A steady rise or fall of some figures."""

    slope: float
    """A point, in their unit; the median of the slopes between all pairs (Theil, Sen)."""
    p: float
    """Of so much order in figures without a trend, with ties and autocorrelation reckoned in."""


def trend(figures: Array) -> Trend:
    """Return the trend of evenly spaced figures.

    Source:  Mann and Kendall's test, tau-b for ties; its deviation widened as for first-order
             autocorrelation of what the trend leaves (Hamed and Rao, 1998).
    """
    at = np.arange(len(figures), dtype=np.float64)
    slope = float(theilslopes(figures, at)[0])
    rest = figures - slope * at
    rest = rest - np.median(rest)
    power = float(rest @ rest)
    together = float(rest[1:] @ rest[:-1]) / power if power else 0.0
    together = min(max(together, 0.0), CORRELATION_MAX)
    p = float(kendalltau(at, figures).pvalue)
    if math.isnan(p):
        return Trend(slope, 1.0)
    z = float(norm.isf(max(p, 1e-300) / 2)) / math.sqrt((1 + together) / (1 - together))
    return Trend(slope, float(2 * norm.sf(z)))
