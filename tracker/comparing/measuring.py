"""The order in which a comparison measures, within a budget of time.

Counters first: they are exact and soon done. Then pairs of every case, what does more work than
before in front, and of the rest the cheapest; more pairs for what is undecided. At last fresh pairs
for what looks changed; time for these is kept back from the start.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from tracker.comparing import gate
from tracker.comparing.counters import Moved, moved, together
from tracker.comparing.findings import Finding
from tracker.comparing.floors import Floor
from tracker.judging.paired import PAIRS_MIN
from tracker.lockstep.model import (
    Case,
    Counts,
    Failure,
    Figure,
    Lockstep,
    Pair,
    Side,
    Skipped,
)

PAIRS_FIRST: Final = PAIRS_MIN
PAIRS_MAX: Final = 20
PAIRS_FRESH: Final = 24
"""Twelve saw 3 % in half of the trials, where pairs of sound code scatter by 2 %. Only what looks
changed pays for more."""

TURNS_FIRST: Final = PAIRS_MIN
TURNS_FRESH: Final = 8
"""Each takes as long as the benchmark; of eight, the worst one at each end is left out."""

COUNTING_SHARE: Final = 0.4
"""Of the budget, at the most: what is not timed at all is worse than what is not counted."""

TIMING_SHARE: Final = 0.75
"""Of what is left after counting, for first pairs; the rest is for whole runs, for what is
undecided, and for fresh pairs."""

FRESH_SEED: Final = 10_000
"""From here on the seeds of fresh pairs; the first have those from 1 on."""

TRIES: Final = 2
"""A process may be killed by chance; a commit fails twice."""


class Watcher(Protocol):
    """Who is told how far a comparison is."""

    def stage(self, name: str, total: int) -> None:
        """Begin a part that takes `total` steps."""
        ...

    def step(self, name: str) -> None:
        """Begin one of them."""
        ...


@dataclass
class Measuring:
    """One run over the cases of two commits."""

    lockstep: Lockstep
    floors: Mapping[str, Floor]
    watcher: Watcher
    budget_s: float
    clock: Callable[[], float] = time.monotonic

    findings: list[Finding] = field(default_factory=list)
    """All that is known yet; whole also after an interruption."""

    def __post_init__(self) -> None:
        self._began_s = self.clock()
        self._suspected: dict[Case, Finding] = {}

    def run(self, cases: Iterable[Case]) -> list[Finding]:
        """Measure as many of `cases` as the budget allows; at least the counts of the first."""
        self.findings = [Finding(case) for case in cases]
        timed = [each for each in self.findings if each.is_timed]
        whole = [each for each in self.findings if not each.is_timed]
        self._count(timed)
        self._turns("whole runs that count", [each for each in whole if each.is_exact], 1)
        runnable = sorted((each for each in timed if not each.missing), key=_urgency)
        self._first_pairs(runnable)
        self._turns("whole runs", [each for each in whole if not each.is_exact], TURNS_FIRST)
        self._more_pairs(runnable)
        self._confirm()
        return self.findings

    @property
    def spent_s(self) -> float:
        """How long it has taken so far."""
        return self.clock() - self._began_s

    def _count(self, findings: Sequence[Finding]) -> None:
        self.watcher.stage("counters", len(findings))
        for index, finding in enumerate(findings):
            if index and self.spent_s > COUNTING_SHARE * self.budget_s:
                return
            self.watcher.step(finding.case.name)
            finding.counts |= self._counted(finding)
            if any(each.severity for each in _moved(finding)):
                self._recount(finding)

    def _recount(self, finding: Finding) -> None:
        """Count once more what rose: threads may take turns otherwise, and two counts miss it."""
        again = self._counted(finding)
        for side, choose in ((Side.BASE, max), (Side.HEAD, min)):
            if side in again:
                finding.counts[side] = together(finding.counts[side], again[side], choose=choose)

    def _counted(self, finding: Finding) -> dict[Side, Counts]:
        with self._charged(finding):
            told = self.lockstep.counts(finding.case)
        finding.missing |= {
            side: each for side, each in told.items() if not isinstance(each, Counts)
        }
        return {side: each for side, each in told.items() if isinstance(each, Counts)}

    def _first_pairs(self, findings: Sequence[Finding]) -> None:
        """Measure seed by seed: all cases of a seed share the two processes they start from.

        The first round settles how many cases the budget has room for.
        """
        self.watcher.stage("first pairs", len(findings) * PAIRS_FIRST)
        left_s = TIMING_SHARE * (self.budget_s - self.spent_s)
        began_s = self.clock()
        for index, finding in enumerate(findings):
            if index and (self.clock() - began_s) * PAIRS_FIRST > left_s:
                break
            # What counting took is no measure of what a pair takes.
            finding.spent_s = 0.0
            self._pair(finding, finding.first, 1)
        taken = [each for each in findings if each.first]
        for seed in range(2, PAIRS_FIRST + 1):
            for finding in taken:
                self._pair(finding, finding.first, seed)
        for finding in taken:
            self._look_at(finding)

    def _more_pairs(self, findings: Sequence[Finding]) -> None:
        unsure = [each for each in findings if each.first and self._is_open(each)]
        self.watcher.stage("more pairs for what is undecided", PAIRS_MAX - PAIRS_FIRST)
        for seed in range(PAIRS_FIRST + 1, PAIRS_MAX + 1):
            unsure = [each for each in unsure if not each.missing and self._is_open(each)]
            if not unsure or not self._has_time_for(sum(each.cost_s for each in unsure)):
                return
            self.watcher.step(f"{len(unsure)} undecided")
            for finding in unsure:
                self._pair(finding, finding.first, seed, announce=False)
                self._look_at(finding)

    def _turns(self, stage: str, findings: Sequence[Finding], turns: int) -> None:
        """Run each whole, turn by turn over all: what one turn has set up serves all of it."""
        self.watcher.stage(stage, len(findings) * turns)
        for turn in range(turns):
            for finding in findings:
                if finding.missing or len(finding.turns) < turn:
                    continue
                if not self._has_time_for(finding.cost_s):
                    return
                self.watcher.step(finding.case.name)
                self._turn(finding, finding.turns, turn)
        for finding in findings:
            self._look_at(finding)

    def _confirm(self) -> None:
        asked = self._affordable()
        timed = [each for each in asked if each.is_timed]
        whole = [each for each in asked if not each.is_timed]
        total = len(timed) * PAIRS_FRESH + len(whole) * TURNS_FRESH
        self.watcher.stage("fresh pairs for what looks changed", total)
        for seed in range(FRESH_SEED, FRESH_SEED + PAIRS_FRESH):
            for finding in timed:
                self._pair(finding, finding.fresh, seed)
        for turn in range(FRESH_SEED, FRESH_SEED + TURNS_FRESH):
            for finding in whole:
                if not finding.missing:
                    self.watcher.step(finding.case.name)
                    self._turn(finding, finding.fresh_turns, turn)

    def _affordable(self) -> list[Finding]:
        """Return the suspects that there is time for, the gravest first, at least one."""
        asked: list[Finding] = []
        left_s = self.budget_s - self.spent_s
        for ruling in gate.rule(self._suspected.values(), self.floors):
            left_s -= _fresh_cost_s(ruling.finding)
            if asked and left_s < 0:
                break
            asked.append(ruling.finding)
        return asked

    def _pair(
        self, finding: Finding, into: list[Pair], seed: int, *, announce: bool = True
    ) -> None:
        if finding.missing:
            return
        if announce:
            self.watcher.step(finding.case.name)
        with self._charged(finding):
            told = self._tried(finding.case, seed)
        if isinstance(told, Pair):
            into.append(told)
        else:
            finding.missing[told.side] = told

    def _tried(self, case: Case, seed: int) -> Pair | Failure | Skipped:
        for _ in range(TRIES):
            told = self.lockstep.pair(case, seed)
            if not isinstance(told, Failure):
                break
        return told

    def _turn(self, finding: Finding, into: list[tuple[float, float]], turn: int) -> None:
        with self._charged(finding):
            told = self.lockstep.figures(finding.case, turn)
        figures = {side: each for side, each in told.items() if isinstance(each, Figure)}
        if len(figures) == len(Side):
            into.append((figures[Side.BASE].value, figures[Side.HEAD].value))
        for side, each in told.items():
            if not isinstance(each, Figure):
                finding.missing[side] = each

    def _look_at(self, finding: Finding) -> None:
        """Note whether fresh pairs will have to decide, for which time is kept back."""
        self._suspected.pop(finding.case, None)
        if (
            not finding.missing
            and not finding.is_exact
            and gate.suspects(finding, self._floor(finding))
        ):
            self._suspected[finding.case] = finding

    def _is_open(self, finding: Finding) -> bool:
        return gate.is_open(finding, self._floor(finding))

    def _floor(self, finding: Finding) -> Floor:
        return self.floors.get(finding.case.name, gate.ASSUMED)

    def _has_time_for(self, cost_s: float) -> bool:
        """Say whether so much more fits in, beside what the suspects will need."""
        kept_s = sum(map(_fresh_cost_s, self._suspected.values()))
        return self.spent_s + cost_s + kept_s <= self.budget_s

    @contextmanager
    def _charged(self, finding: Finding) -> Iterator[None]:
        began_s = self.clock()
        yield
        finding.spent_s += self.clock() - began_s


def _fresh_cost_s(finding: Finding) -> float:
    return finding.cost_s * (PAIRS_FRESH if finding.is_timed else TURNS_FRESH)


def _urgency(finding: Finding) -> tuple[bool, float]:
    """Return what to sort by: what does other work than before, then what is soon done."""
    return (not _moved(finding), finding.cost_s)


def _moved(finding: Finding) -> tuple[Moved, ...]:
    if len(finding.counts) < len(Side):
        return ()
    return moved(finding.counts[Side.BASE], finding.counts[Side.HEAD])
