"""Samples → percentiles: what most calls take, and what the unlucky ones do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SAMPLES_MIN: Final[Mapping[float, int]] = {0.5: 1, 0.95: 20, 0.99: 100}
"""Of fewer, a percentile is the slowest sample by another name: one in twenty, one in a hundred."""

CONFIDENCE: Final = 0.99
"""Of the intervals, as of every interval of the median on the site."""


@dataclass(frozen=True, slots=True)
class Percentile:
    """One percentile, and the ends of its interval; an end is None where the samples give none."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Tails:
    """The percentiles of one set of samples, in the unit of the samples.

    One that the samples do not allow is None, and `reason` says why.
    """

    count: int
    p50: Percentile
    p95: Percentile | None
    p99: Percentile | None
    reason: str = ""


def tails(samples: Sequence[float], calls: int = 1) -> Tails | None:
    """Return the percentiles of samples, each the mean of so many calls; None of no samples.

    A mean of many calls hides the slow one among them: of such samples only the median is told.
    """
    if not samples:
        return None
    ordered = sorted(samples)
    count = len(ordered)
    middle = _percentile(ordered, 0.5)
    if calls > 1:
        return Tails(count, middle, None, None, f"each sample is the mean of {calls} calls")
    wanting = [f"p{share * 100:g} needs {least}" for share, least in SAMPLES_MIN.items()
               if count < least]  # fmt: skip
    p95, p99 = (
        _percentile(ordered, share) if count >= SAMPLES_MIN[share] else None
        for share in (0.95, 0.99)
    )
    return Tails(count, middle, p95, p99, f"{', '.join(wanting)} samples" if wanting else "")


def _percentile(ordered: Sequence[float], share: float) -> Percentile:
    # In Python: numpy takes longer to be handed some hundred numbers than this to look at two.
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    value = ordered[below] + (place - below) * (ordered[above] - ordered[below])
    first, last = ranks(len(ordered), share)
    return Percentile(
        value,
        ordered[first - 1] if first >= 1 else None,
        ordered[last - 1] if last <= len(ordered) else None,
    )


@lru_cache(maxsize=4096)
def ranks(count: int, share: float) -> tuple[int, int]:
    """Return between which of `count` ordered samples, from 1, a percentile surely lies.

    Rank 0 or `count` + 1 is beyond the samples: no end can be told.

    Source:  the number of samples below a percentile is binomial, whatever the distribution;
             David and Nagaraja, Order Statistics (2003), 7.1.
    """
    from scipy.special import bdtr

    rest = (1 - CONFIDENCE) / 2
    below = bdtr(range(count + 1), count, share)  # of so many samples or fewer
    first = int((below <= rest).sum())
    last = int((below < 1 - rest).sum()) + 1
    return first, last
