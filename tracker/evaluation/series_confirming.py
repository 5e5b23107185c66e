"""Each suspect measured again in lockstep: simulated, on the noise that lockstep was measured with.

A suspect has an interval of commits. The commit before it and its last one are compared; if they
differ, comparisons in between find the commit, as a bisect does; and the commit found is compared
with the one before it on fresh pairs, which alone decide.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, prod
from typing import Final

from tracker.detection.model import Change, Kind
from tracker.evaluation.series import Labelled
from tracker.evaluation.series_scoring import Flag
from tracker.judging.paired import estimate
from tracker.judging.verdict import Verdict, floor_of, judge

PAIRS: Final = 10

FRESH: Final = 12

CPU_SD: Final = 0.016
"""Standard deviation of a pair in lockstep, CPU-bound work on a busy machine: 1.1 to 1.6 %."""

MEASURED_SD: Final = {"sqlins": 0.11, "rpc": 0.21}
"""Of the workloads of which more was measured: a durable insert, a child server over pipes."""

VOID_RUNS: Final = 20
"""Runs of identical commits that a noise floor rests on."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What remained after measuring again, and how many comparisons it took."""

    flags: tuple[Flag, ...]
    comparisons: int


def confirm(one: Labelled, changes: Iterable[Change], *, is_measured: bool) -> Confirmed:
    """Measure each change that was found, sure or not, again, as simulated.

    Args:
        one: the series, whose truth the simulation knows.
        changes: what the detector found in it.
        is_measured: with the larger noise of `MEASURED_SD` where that was measured.
    """
    workload = one.family.split(":")[1]
    sd = MEASURED_SD.get(workload, CPU_SD) if is_measured else CPU_SD
    lockstep = _Lockstep(one, sd, random.Random(one.number))  # noqa: S311  # a simulation
    flags: dict[int, Flag] = {}
    for change in changes:
        if change.kind is Kind.STEP and (flag := lockstep.look(change)):
            flags[flag.index] = flag
    return Confirmed(tuple(flags.values()), lockstep.comparisons)


@dataclass(slots=True)
class _Lockstep:
    one: Labelled
    sd: float
    chance: random.Random
    comparisons: int = 0

    def look(self, change: Change) -> Flag | None:
        before, last = change.earliest - 1, change.latest
        verdict = self.compare(before, last)
        if verdict not in {Verdict.SLOWER, Verdict.FASTER}:
            return None
        while last - before > 1:
            middle = (before + last) // 2
            if self.compare(before, middle) is verdict:
                last = middle
            else:
                before = middle
        if self.compare(last - 1, last, FRESH) is not verdict:
            return None
        return Flag(last, verdict is Verdict.SLOWER)

    def compare(self, before: int, after: int, pairs: int = PAIRS) -> Verdict:
        """Compare two commits by so many pairs, judged by our own rule."""
        self.comparisons += 1
        true = log(prod(each.ratio for each in self.one.events if before < each.index <= after))
        measured = [self.chance.gauss(true, self.sd) for _ in range(pairs)]
        return judge(estimate(measured), _floor(self.sd))


@lru_cache
def _floor(sd: float) -> float:
    chance = random.Random(round(sd * 1e6))  # noqa: S311
    void: Sequence[float] = [
        found.change
        for _ in range(VOID_RUNS)
        if (found := estimate([chance.gauss(0, sd) for _ in range(PAIRS)]))
    ]
    return floor_of(void)
