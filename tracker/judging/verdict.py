"""An estimate and a noise floor → one of four words. What is unsure is never called slower."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from tracker.judging.paired import Estimate

FLOOR_MIN: Final = 0.02
"""Below this, a change of layout of the same code moves more than the code does."""

SAME_WITHIN: Final = 0.03
"""What is surely smaller is not worth asking further: most benchmarks are the same, and soon."""


class Verdict(StrEnum):
    """What is said of one benchmark between two commits."""

    SLOWER = "slower"
    FASTER = "faster"
    SAME = "same"
    UNSURE = "unsure"


def judge(found: Estimate | None, floor: float) -> Verdict:
    """Judge an estimate against the noise floor of its benchmark, a share (0.02 is 2 %).

    slower: surely above 0, and by more than the floor. faster: the same, exchanged.
    same:   surely within the floor or 3 %. unsure: all else; more pairs may tell.
    """
    if found is None:
        return Verdict.UNSURE
    faster_than = 1 / (1 + floor) - 1  # the floor, seen from the other commit
    if found.low > 0 and found.change > floor:
        return Verdict.SLOWER
    if found.high < 0 and found.change < faster_than:
        return Verdict.FASTER
    bound = max(floor, SAME_WITHIN)
    if 1 / (1 + bound) - 1 <= found.low and found.high <= bound:
        return Verdict.SAME
    return Verdict.UNSURE


def floor_of(changes: Sequence[float]) -> float:
    """Return the noise floor: max(2 %, Q3 + 3 IQR of |change| between identical commits).

    Args:
        changes: what runs of identical commits measured as change, one a run; none is 2 %.

    Source:  how rustc-perf decides what is significant, docs/comparison-analysis.md there.
    """
    from statistics import quantiles

    if len(changes) < 2:  # two points, the least that have quartiles
        return FLOOR_MIN
    low, _, high = quantiles([abs(change) for change in changes], n=4, method="inclusive")
    return max(FLOOR_MIN, high + 3 * (high - low))
