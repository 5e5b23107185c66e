"""The two ways to tell a bad commit from a good one: by a count, and by time."""

import math
from dataclasses import dataclass
from typing import Final, Protocol

from tracker.bisecting import counting, deciding
from tracker.bisecting.counting import Move
from tracker.bisecting.errors import EndNotMeasured, NoSuchCounter, NothingToFind
from tracker.bisecting.halving import Answer
from tracker.bisecting.sampling import TIMED, Metric, NoFigure, Sampler, why
from tracker.judging.paired import PAIRS_MIN, Estimate, estimate
from tracker.judging.verdict import FLOOR_MIN, Verdict, judge
from tracker.lockstep.model import Case, Counts, Lockstep, Side

ENDS_PAIRS_MAX: Final = 20
"""Pairs of the two ends; if they do not differ by then, no search could tell what is between."""

CONFIRM_PAIRS: Final = 12
"""Fresh ones, of the commit found and its parent."""


ENDS: Final = {Side.BASE: "good", Side.HEAD: "bad"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one commit is, and how that is known."""

    answer: Answer
    seen: str
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What lies between the commit found and the one before it."""

    holds: bool
    effect: Estimate | None
    """Of time, or of the figure; None where a count was followed."""


class Way(Protocol):
    """How commits are told apart. A lockstep has the good commit as base."""

    @property
    def followed(self) -> str:
        """What is looked at: the name of a counter, or of a metric."""
        ...

    @property
    def between_ends(self) -> str:
        """How far the ends are apart, as it is read."""
        ...

    def ask(self, lockstep: Lockstep, case: Case, seed: int) -> Asked:
        """Say what the head of a lockstep is."""
        ...

    def confirm(self, lockstep: Lockstep, case: Case, seed: int) -> Confirmed:
        """Look at the commit found and the one before it, on fresh figures."""
        ...


@dataclass(frozen=True, slots=True)
class ByCounter:
    """By one count: exact, so one look is enough."""

    move: Move

    @property
    def followed(self) -> str:
        return self.move.counter

    @property
    def between_ends(self) -> str:
        return f"{self.move.before:,.6g} → {self.move.after:,.6g}"

    def ask(self, lockstep: Lockstep, case: Case, seed: int) -> Asked:
        counts = lockstep.counts(case)[Side.HEAD]
        if not isinstance(counts, Counts):
            return Asked(Answer.SKIPPED, why(counts))
        value = counts.values.get(self.move.counter)
        if value is None:
            return Asked(Answer.SKIPPED, f"{self.move.counter} was not counted")
        return Asked(counting.nearer(self.move, value), f"{self.move.counter} {value:,.6g}")

    def confirm(self, lockstep: Lockstep, case: Case, seed: int) -> Confirmed:
        moved = {move.counter: move for move in counted(lockstep, case)}
        here = moved.get(self.move.counter)
        up = self.move.after > self.move.before
        return Confirmed(here is not None and (here.after > here.before) == up, None)


@dataclass(frozen=True, slots=True)
class ByTime:
    """By pairs of processes, as many as it takes."""

    metric: Metric
    ends: Estimate

    @property
    def followed(self) -> str:
        return str(self.metric)

    @property
    def between_ends(self) -> str:
        return told(self.ends)

    def ask(self, lockstep: Lockstep, case: Case, seed: int) -> Asked:
        sampler = Sampler(lockstep, case, seed)
        try:
            decided = None
            while decided is None:
                sampler.more()
                logs = sampler.logs[self.metric]
                decided = deciding.decide(logs, math.log1p(self.ends.change))
        except NoFigure as missing:
            if missing.side is Side.BASE:
                raise EndNotMeasured("the good end", str(missing)) from missing
            return Asked(Answer.SKIPPED, str(missing), sampler.pairs)
        mean = math.expm1(sum(logs) / len(logs))
        unsure = "" if decided.is_sure else ", not surely"
        seen = f"{mean:+.1%} after {len(logs)} pairs{unsure}"
        return Asked(decided.answer, seen, sampler.pairs)

    def confirm(self, lockstep: Lockstep, case: Case, seed: int) -> Confirmed:
        sampler = Sampler(lockstep, case, seed)
        try:
            for _ in range(CONFIRM_PAIRS):
                sampler.more()
        except NoFigure:
            return Confirmed(holds=False, effect=None)
        found = estimate(sampler.logs[self.metric])
        assert found, "there are more pairs than an estimate needs"
        holds = found.low > 0 if self.ends.change > 0 else found.high < 0
        return Confirmed(holds, found)


def by_counter(lockstep: Lockstep, case: Case, wanted: str | None) -> ByCounter | None:
    """Return the way of the counter wanted, or of the one that tells most; None if none moved.

    Raises:
        NoSuchCounter: the one wanted is not counted.
        NothingToFind: the one wanted is the same at both ends.
        EndNotMeasured: an end cannot be counted.
    """
    if case.kind != TIMED:
        if wanted:
            raise NoSuchCounter(wanted, ())
        return None
    before, after = _both(lockstep, case)
    if wanted is None:
        found = counting.moves(before, after)
        return ByCounter(found[0]) if found else None
    if wanted not in before.values or wanted not in after.values:
        raise NoSuchCounter(wanted, sorted(before.values))
    move = Move(wanted, before.values[wanted], after.values[wanted])
    if abs(move.after - move.before) <= counting.spread(wanted, before, after):
        raise NothingToFind(f"{wanted} is {move.before:,.6g} at both ends")
    return ByCounter(move)


def by_time(lockstep: Lockstep, case: Case, seed: int) -> ByTime:
    """Return the way of time, with the effect that pairs of the ends show.

    Raises:
        NothingToFind: the ends do not differ by more than noise does.
        EndNotMeasured: an end has no figure.
    """
    sampler = Sampler(lockstep, case, seed)
    ways: list[ByTime] = []
    while sampler.pairs < ENDS_PAIRS_MAX:
        try:
            sampler.more()
        except NoFigure as missing:
            raise EndNotMeasured(f"the {ENDS[missing.side]} end", str(missing)) from missing
        if sampler.pairs < PAIRS_MIN:
            continue
        verdicts = set()
        ways = []
        for metric, logs in sampler.logs.items():
            found = estimate(logs)
            assert found, "there are as many pairs as an estimate needs"
            ways.append(ByTime(metric, found))
            verdicts.add(judge(found, FLOOR_MIN))
            if judge(found, FLOOR_MIN) in {Verdict.SLOWER, Verdict.FASTER}:
                return ways[-1]
        if verdicts == {Verdict.SAME}:
            break
    said = "; ".join(f"{way.followed} {way.between_ends}" for way in ways)
    raise NothingToFind(
        f"good and bad do not differ by more than {FLOOR_MIN:.0%} and their noise in"
        f" {sampler.pairs} pairs ({said})"
    )


def counted(lockstep: Lockstep, case: Case) -> list[Move]:
    """Return the counters that moved between the commits of a lockstep; none if none can."""
    if case.kind != TIMED:
        return []
    counts = lockstep.counts(case)
    before, after = counts[Side.BASE], counts[Side.HEAD]
    if not isinstance(before, Counts) or not isinstance(after, Counts):
        return []
    return counting.moves(before, after)


def told(found: Estimate) -> str:
    """Return an estimate as it is read: `+5.1 % [+3.9, +6.2], 12 pairs`."""
    low, high = 100 * found.low, 100 * found.high
    return f"{100 * found.change:+.1f} % [{low:+.1f}, {high:+.1f}], {found.pairs} pairs"


def _both(lockstep: Lockstep, case: Case) -> tuple[Counts, Counts]:
    counts = lockstep.counts(case)
    both = []
    for side in Side:
        one = counts[side]
        if not isinstance(one, Counts):
            raise EndNotMeasured(f"the {ENDS[side]} end", why(one))
        both.append(one)
    return both[0], both[1]
