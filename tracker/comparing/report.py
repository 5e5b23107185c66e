"""A comparison, all of it, sorted into what a reader asks for; and the exit status. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from tracker.comparing.commits import Commit, Package
from tracker.comparing.counters import Severity
from tracker.comparing.gate import Ruling
from tracker.judging.verdict import Verdict
from tracker.lockstep.model import Failure, Side, Skipped


class Status(IntEnum):
    """How `compare` exits."""

    PASSED = 0
    SLOWER = 1
    FAILS = 2
    NOTHING_MEASURED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is said of head against base."""

    base: Commit
    head: Commit
    rulings: tuple[Ruling, ...]
    """Ranked: what has to be looked at first in front."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Names of cases that were not to be compared, and why."""
    packages: tuple[Package, ...] = ()
    """What differs in the environment of the two."""
    notes: tuple[str, ...] = ()
    asv: Mapping[str, str] = field(default_factory=dict)
    """What `asv compare` says of the same samples, by the name of the case."""
    command: str = ""
    """What to type to see the same at home."""
    budget_s: float = 0.0
    spent_s: float = 0.0

    @property
    def status(self) -> Status:
        """Nothing measured is never green; what is undecided is never red."""
        if self.failing:
            return Status.FAILS
        if not any(each.finding.has_figures for each in self.rulings):
            return Status.NOTHING_MEASURED
        return Status.SLOWER if self.beyond else Status.PASSED

    @property
    def failing(self) -> list[Ruling]:
        """Cases that fail at head and did not at base."""
        return self._where(lambda each: each.finding.fails_anew)

    @property
    def beyond(self) -> list[Ruling]:
        """Those that close the gate."""
        return self._where(lambda each: each.closes_the_gate and not each.finding.fails_anew)

    @property
    def accepted(self) -> list[Ruling]:
        """Those that would close it, had nobody owned up to them."""
        return self._where(
            lambda each: (
                each.severity is Severity.RED
                and each.acceptance is not None
                and not each.finding.fails_anew
            )
        )

    @property
    def watched(self) -> list[Ruling]:
        """Slower, or more work, and below what closes the gate."""
        return self._where(
            lambda each: each.severity is Severity.YELLOW and not each.finding.fails_anew
        )

    @property
    def faster(self) -> list[Ruling]:
        """Surely better."""
        return self._unremarkable(Verdict.FASTER)

    @property
    def same(self) -> list[Ruling]:
        """Surely within the floor."""
        return self._unremarkable(Verdict.SAME)

    @property
    def unsure(self) -> list[Ruling]:
        """Measured, and undecided."""
        return [each for each in self._unremarkable(Verdict.UNSURE) if each.cpu.estimate]

    @property
    def untimed(self) -> list[Ruling]:
        """Those that the budget did not reach, in whole or but for their counters."""
        return self._where(
            lambda each: (
                not each.finding.missing
                and not each.severity
                and each.verdict is Verdict.UNSURE
                and each.cpu.estimate is None
            )
        )

    @property
    def changed(self) -> list[Ruling]:
        """What gets a row that is not folded."""
        return self._where(
            lambda each: (
                not each.finding.fails_anew
                and (bool(each.severity) or self._is_plain(each, Verdict.FASTER))
            )
        )

    @property
    def failing_on_both(self) -> list[Ruling]:
        """Broken before, and broken now."""
        return self._where(lambda each: _kinds(each) == (Failure, Failure))

    @property
    def mended(self) -> list[Ruling]:
        """Fails at base only."""
        return self._where(lambda each: _kinds(each) in {(Failure, None), (Failure, Skipped)})

    @property
    def new(self) -> list[Ruling]:
        """Base cannot run them."""
        return self._where(lambda each: _kinds(each) == (Skipped, None))

    @property
    def gone(self) -> list[Ruling]:
        """Head cannot run them any more."""
        return self._where(lambda each: _kinds(each) == (None, Skipped))

    @property
    def skipped(self) -> list[Ruling]:
        """Neither can run them."""
        return self._where(lambda each: _kinds(each) == (Skipped, Skipped))

    def _unremarkable(self, verdict: Verdict) -> list[Ruling]:
        return self._where(lambda each: self._is_plain(each, verdict))

    @staticmethod
    def _is_plain(ruling: Ruling, verdict: Verdict) -> bool:
        if ruling.finding.missing or ruling.severity or ruling.verdict is not verdict:
            return False
        return ruling.finding.has_figures

    def _where(self, wanted: Callable[[Ruling], bool]) -> list[Ruling]:
        return [each for each in self.rulings if wanted(each)]


def _kinds(ruling: Ruling) -> tuple[type | None, type | None]:
    base, head = (ruling.finding.missing.get(side) for side in Side)
    return (None if base is None else type(base), None if head is None else type(head))
