"""One comparison through the whole gate: counters, first pairs, more pairs, fresh pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.comparing import gate
from tracker.comparing.counters import Severity
from tracker.comparing.floors import Floor
from tracker.comparing.gate import Ruling
from tracker.comparing.measuring import Measuring
from tracker.evaluation import asv_rule
from tracker.evaluation.trials import Judged
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

BUDGET_S: Final = 600.0
"""Of one comparison: far more than it needs, and an end to one that hangs."""

COLOURS: Final[Mapping[Severity, str]] = {Severity.YELLOW: "yellow", Severity.RED: "red"}


@dataclass(frozen=True, slots=True)
class Reseeded:
    """A lockstep whose pairs have other seeds: no two comparisons are to hash alike."""

    lockstep: Lockstep
    by: int
    is_counting: bool = True

    def cases(self) -> Sequence[Case]:
        return self.lockstep.cases()

    def counts(self, case: Case) -> Mapping[Side, Counts | Failure | Skipped]:
        if not self.is_counting:
            return dict.fromkeys(Side, Counts({}, {}))
        return self.lockstep.counts(case)

    def pair(self, case: Case, seed: int) -> Pair | Failure | Skipped:
        return self.lockstep.pair(case, seed + self.by)

    def figures(self, case: Case, turn: int) -> Mapping[Side, Figure | Failure | Skipped]:
        return self.lockstep.figures(case, turn)


class Unwatched:
    """Tells nobody how far a comparison is."""

    def stage(self, name: str, total: int) -> None:
        """Begin a part."""

    def step(self, name: str) -> None:
        """Begin a step."""


def judged(
    lockstep: Reseeded, benchmarks: Sequence[str], known: Mapping[str, Floor]
) -> tuple[Judged, ...]:
    """Compare, and return what is said of each benchmark, in the order of the report."""
    cases = [case for case in lockstep.cases() if case.name in benchmarks]
    run = Measuring(lockstep, known, Unwatched(), BUDGET_S)
    return tuple(_judged(ruling) for ruling in gate.rule(run.run(cases), known))


def _judged(ruling: Ruling) -> Judged:
    finding, found = ruling.finding, ruling.decides.estimate
    pairs = [*finding.first, *finding.fresh]
    failed = "failed" if finding.missing else str(ruling.verdict)
    return Judged(
        benchmark=finding.case.name,
        colour=COLOURS.get(ruling.severity, ""),
        verdict=failed,
        change=found and _short(found.change),
        low=found and _short(found.low),
        high=found and _short(found.high),
        pairs=len(pairs),
        counters=tuple(each.counter for each in ruling.risen),
        asv=asv_rule.said(pairs) if pairs else None,
    )


def _short(share: float) -> float:
    """Return four digits: more is noise, and the file is committed."""
    return float(f"{share:.4g}")
