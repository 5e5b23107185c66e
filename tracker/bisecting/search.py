"""A search from its two ends to one commit, each step measured in lockstep with the good end."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Protocol

from tracker.bisecting import ways
from tracker.bisecting.counting import Move
from tracker.bisecting.errors import EndNotMeasured, NoSuchCase
from tracker.bisecting.halving import Answer, first_bad
from tracker.bisecting.line import Line
from tracker.bisecting.ways import Asked, Confirmed, Way
from tracker.lockstep.errors import NotInstallable
from tracker.lockstep.model import Case, Lockstep

SEEDS_A_STEP: Final = 100
"""Each step has seeds of its own, so that no pair is measured twice."""


class Open(Protocol):
    """Makes two commits ready to be measured; the folder of environments is reused."""

    def __call__(self, base: str, head: str) -> AbstractContextManager[Lockstep]:
        """Raise `NotInstallable` if one of them cannot be built."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What is looked for."""

    benchmark: str
    counter: str | None = None
    by_time: bool = False
    """Even if a counter moved."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a search came to."""

    benchmark: str
    followed: str
    between_ends: str
    commits: tuple[str, ...]
    """Among them is the first bad one; more than one where the others cannot be built."""
    confirmed: Confirmed
    counters: Sequence[Move]
    """That moved between the last good commit and the first that is surely bad: the cause."""
    asked: int
    skipped: tuple[str, ...]
    pairs: int

    @property
    def is_exact(self) -> bool:
        """Say whether it is one commit, seen again on fresh figures."""
        return len(self.commits) == 1 and self.confirmed.holds


@dataclass
class Search:
    """One search over one line of commits."""

    line: Line
    open: Open
    request: Request
    say: Callable[[str], None]

    asked: int = 0
    pairs: int = 0
    skipped: list[str] = field(default_factory=list)

    def run(self) -> Finding:
        """Look for the first bad commit.

        Raises:
            NothingToFind: the ends do not differ.
            EndNotMeasured, NoSuchCase, NoSuchCounter: there is nothing to go by.
        """
        good, bad = self.line.commits[0], self.line.commits[-1]
        try:
            with self.open(good, bad) as lockstep:
                case = one_case(lockstep.cases(), self.request.benchmark)
                way = self._way(lockstep, case)
        except NotInstallable as unusable:
            raise EndNotMeasured("one end of the range", str(unusable)) from unusable
        self.say(f"{case.name}: {way.followed} {way.between_ends} from good to bad")
        places = first_bad(len(self.line.commits), lambda place: self._ask(way, case, place))
        return self._confirm(way, case, places)

    def _way(self, lockstep: Lockstep, case: Case) -> Way:
        counter = self.request.counter
        if not self.request.by_time and (way := ways.by_counter(lockstep, case, counter)):
            return way
        return ways.by_time(lockstep, case, self.request.seed)

    def _ask(self, way: Way, case: Case, place: int) -> Answer:
        commit = self.line.commits[place]
        try:
            with self.open(self.line.commits[0], commit) as lockstep:
                asked = way.ask(lockstep, case, self._next_seed())
        except NotInstallable:
            asked = Asked(Answer.SKIPPED, "it cannot be built")
        self.pairs += asked.pairs
        if asked.answer is Answer.SKIPPED:
            self.skipped.append(commit)
        self.say(f"{asked.answer:<7} {self.line.told(commit)} ({asked.seen})")
        return asked.answer

    def _confirm(self, way: Way, case: Case, places: range) -> Finding:
        parent, child = self.line.commits[places[0] - 1], self.line.commits[places[-1]]
        self.say(f"confirming {self.line.told(child)} against {parent[:8]}")
        with self.open(parent, child) as lockstep:
            confirmed = way.confirm(lockstep, case, self._next_seed())
            moved = ways.counted(lockstep, case)
        return Finding(
            benchmark=case.name,
            followed=way.followed,
            between_ends=way.between_ends,
            commits=tuple(self.line.commits[place] for place in places),
            confirmed=confirmed,
            counters=moved,
            asked=self.asked,
            skipped=tuple(self.skipped),
            pairs=self.pairs + (confirmed.effect.pairs if confirmed.effect else 0),
        )

    def _next_seed(self) -> int:
        self.asked += 1
        return self.request.seed + SEEDS_A_STEP * self.asked


def one_case(cases: Sequence[Case], name: str) -> Case:
    """Return the case of that name: `file.Class.method`, with its parameters if it has some.

    Raises:
        NoSuchCase: none has it, or several have.
    """
    if exact := [case for case in cases if case.name == name]:
        return exact[0]
    alike = [case for case in cases if case.benchmark == name]
    if len(alike) == 1:
        return alike[0]
    near = alike or [case for case in cases if name.lower() in case.name.lower()]
    raise NoSuchCase(name, sorted(case.name for case in near))
