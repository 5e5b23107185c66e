"""Many benchmarks judged at once: which of them still differ surely?"""

import math
from collections.abc import Sequence

from tracker.judging.paired import CONFIDENCE, TRIM, Estimate


def p_value(found: Estimate) -> float:
    """Return how likely so large a change, either way, is without any difference.

    It is read off the interval, so it is below 1 - `CONFIDENCE` just where that leaves out 0.
    """
    low, middle, high = (math.log1p(each) for each in (found.low, found.change, found.high))
    if low == high:
        return float(middle == 0)
    from scipy.stats import t

    freedom = found.pairs - 2 * int(TRIM * found.pairs) - 1
    wide = t.ppf((1 + CONFIDENCE) / 2, freedom)
    return float(2 * t.sf(abs(middle) * 2 * wide / (high - low), freedom))


def holm(p_values: Sequence[float], alpha: float = 1 - CONFIDENCE) -> list[bool]:
    """Say which of a family are sure, such that one wrong among all is as rare as `alpha`.

    Source:  Holm, A simple sequentially rejective multiple test procedure (1979).
    """
    sure = [False] * len(p_values)
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[index] > alpha / (len(p_values) - rank):
            break
        sure[index] = True
    return sure
