"""Findings → rulings: what is slower, how much that matters, and what comes first. Pure.

The rule in prose: docs/comparing.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tracker.comparing import acceptance
from tracker.comparing.acceptance import Acceptance
from tracker.comparing.counters import RULES, Moved, Severity, moved, severity
from tracker.comparing.findings import Finding, cpu_logs, figure_logs, wall_logs
from tracker.comparing.floors import Floor
from tracker.judging.family import holm, p_value
from tracker.judging.paired import Estimate, estimate
from tracker.judging.verdict import Verdict, judge
from tracker.lockstep.model import Side

RED_FROM: Final = 0.05
"""A slow-down that is sure and smaller is shown, and leaves the gate open."""

WALL_FLOORS: Final = 2
"""Wall time alone, with no counter and no processor to agree, is to be so many floors up."""

ASSUMED: Final = Floor()


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity of a case: what the deciding pairs say of it."""

    verdict: Verdict
    estimate: Estimate | None
    floor: float
    is_confirmed: bool = False
    """Whether fresh pairs said it, too."""
    was_suspected: bool = False
    """Whether the first pairs said slower or faster."""


NOTHING: Final = Measure(Verdict.UNSURE, None, 0.0)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is said of one case."""

    finding: Finding
    floor: Floor
    cpu: Measure = NOTHING
    """Of what is run whole, its figure."""
    wall: Measure = NOTHING
    moved: tuple[Moved, ...] = ()
    severity: Severity = Severity.NONE
    acceptance: Acceptance | None = None

    @property
    def decides(self) -> Measure:
        """CPU time, unless only wall time has changed."""
        late = self.wall.verdict is Verdict.SLOWER and self.cpu.verdict is not Verdict.SLOWER
        early = self.wall.verdict is Verdict.FASTER and self.cpu.verdict is Verdict.UNSURE
        return self.wall if late or early else self.cpu

    @property
    def verdict(self) -> Verdict:
        """The word for its time, or for its figure."""
        return self.decides.verdict

    @property
    def risen(self) -> tuple[Moved, ...]:
        """The counters that rose by enough to matter."""
        return tuple(each for each in self.moved if each.severity)

    @property
    def closes_the_gate(self) -> bool:
        """Whether it makes the comparison fail."""
        return self.severity is Severity.RED and self.acceptance is None


def rule(
    findings: Iterable[Finding], floors: Mapping[str, Floor], accepted: Sequence[Acceptance] = ()
) -> list[Ruling]:
    """Judge every finding, those against which the others have to be weighed included.

    Args:
        findings: of one comparison; how sure one has to be depends on how many look changed.
        floors: noise floors by the name of the case; others have the assumed one.
        accepted: slow-downs that somebody owned up to.
    """
    ruled = [_ruling(finding, floors.get(finding.case.name, ASSUMED)) for finding in findings]
    sure = _sure(ruled)
    return ranked(
        replace(
            each,
            severity=_severity(each, is_sure=each.finding.case.name in sure),
            acceptance=acceptance.accepting(
                accepted, each.finding.case.benchmark, each.finding.case.name
            ),
        )
        for each in ruled
    )


def ranked(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Return them with what has to be looked at first in front, the likeliest cause first."""
    return sorted(rulings, key=_place)


def suspects(finding: Finding, floor: Floor) -> bool:
    """Say whether the first pairs call a case slower or faster: then fresh ones have to."""
    first = _ruling(finding, floor)
    return first.cpu.was_suspected or first.wall.was_suspected


def is_open(finding: Finding, floor: Floor) -> bool:
    """Say whether more pairs may still tell."""
    first = _ruling(finding, floor)
    wall = first.wall
    looks_late = wall.estimate is not None and wall.estimate.change > wall.floor
    unsure = [
        measure.verdict is Verdict.UNSURE and not measure.was_suspected
        for measure in (first.cpu, wall)
    ]
    return unsure[0] or (unsure[1] and looks_late)


def _ruling(finding: Finding, floor: Floor) -> Ruling:
    if finding.is_timed:
        first, fresh = finding.first, finding.fresh
        cpu = _measure(cpu_logs(first), cpu_logs(fresh), floor.cpu)
        wall = _measure(wall_logs(first), wall_logs(fresh), floor.wall)
        both = len(finding.counts) == len(Side)
        counted = moved(finding.counts[Side.BASE], finding.counts[Side.HEAD]) if both else ()
        return Ruling(finding, floor, cpu, wall, counted)
    if finding.is_exact:
        return Ruling(finding, floor, cpu=_exact(finding), moved=_counted(finding))
    better = finding.case.less_is_better
    turns = figure_logs(finding.turns, less_is_better=better)
    fresh_turns = figure_logs(finding.fresh_turns, less_is_better=better)
    return Ruling(finding, floor, cpu=_measure(turns, fresh_turns, floor.figure))


def _measure(first: Sequence[float], fresh: Sequence[float], floor: float) -> Measure:
    """Judge the first pairs; what looks changed is so only if fresh ones, by themselves, agree."""
    found = estimate(first)
    word = judge(found, floor)
    if word not in {Verdict.SLOWER, Verdict.FASTER}:
        return Measure(word, found, floor)
    again = estimate(fresh)
    if again is None:
        return Measure(Verdict.UNSURE, found, floor, was_suspected=True)
    confirmed = judge(again, floor)
    if confirmed not in {word, Verdict.SAME}:
        confirmed = Verdict.UNSURE
    return Measure(confirmed, again, floor, is_confirmed=confirmed is word, was_suspected=True)


def _exact(finding: Finding) -> Measure:
    if not finding.turns:
        return NOTHING
    base, head = finding.turns[0]
    same = base == head
    if same:
        return Measure(Verdict.SAME, Estimate(0.0, 0.0, 0.0, 1), 0.0)
    share = (head - base) / abs(base) if base else float("inf")
    worse = (head > base) is finding.case.less_is_better
    word = Verdict.SLOWER if worse else Verdict.FASTER
    return Measure(word, Estimate(share, share, share, 1), 0.0, is_confirmed=True)


def _counted(finding: Finding) -> tuple[Moved, ...]:
    """Hold a benchmark that counts to the rule of what it counts."""
    if not finding.turns or finding.turns[0][0] == finding.turns[0][1]:
        return ()
    base, head = finding.turns[0]
    method = finding.case.benchmark.rpartition(".")[2].removeprefix("track_")
    counter = method if method in RULES else finding.case.unit
    order = (base, head) if finding.case.less_is_better else (head, base)
    return (Moved(counter, base, head, severity(counter, *order)),)


def _sure(rulings: Sequence[Ruling]) -> set[str]:
    """Return the names of those that are sure although so many were asked, by Holm's procedure.

    Only fresh pairs count: that a case was asked again depends on the first ones alone, so the
    family is what was asked again.
    """
    asked = [each for each in rulings if each.finding.fresh or each.finding.fresh_turns]
    found = [each.decides.estimate if each.decides.was_suspected else None for each in asked]
    sure = holm([1.0 if each is None else p_value(each) for each in found])
    return {each.finding.case.name for each, is_sure in zip(asked, sure, strict=True) if is_sure}


def _severity(ruling: Ruling, *, is_sure: bool) -> Severity:
    counted = max((each.severity for each in ruling.moved), default=Severity.NONE)
    if ruling.finding.is_exact:
        return counted
    if ruling.cpu.verdict is Verdict.FASTER and not any(
        _is_decision(each) for each in ruling.risen
    ):
        # More instructions that take less time: that was the purpose.
        counted = min(counted, Severity.YELLOW)
    timed = Severity.NONE
    if ruling.verdict is Verdict.SLOWER and ruling.decides.estimate:
        change = ruling.decides.estimate.change
        is_red = is_sure and change >= RED_FROM
        if ruling.decides is ruling.wall:
            is_red &= bool(ruling.risen) or change >= WALL_FLOORS * ruling.floor.wall
        timed = Severity.RED if is_red else Severity.YELLOW
    return max(counted, timed)


def _is_decision(each: Moved) -> bool:
    """Say whether it counts what the code decides to do, not how much work that is."""
    return each.rule.red == 0


def _place(ruling: Ruling) -> tuple[object, ...]:
    """Return what to sort by: a failure, what closes the gate, a leak, one more decision, time."""
    case, top = ruling.finding.case, next(iter(ruling.risen), None)
    tier, size = 2, _size(ruling)
    if top and top.severity is Severity.RED and top.rule.is_leak:
        tier, size = 0, top.head - top.base
    elif top and top.severity is Severity.RED and _is_decision(top):
        tier, size = 1, top.share
    return (
        not ruling.finding.fails_anew,
        not ruling.closes_the_gate,
        -ruling.severity,
        ruling.verdict is not Verdict.FASTER if not ruling.severity else True,
        tier,
        -size,
        not ruling.finding.is_timed,
        case,
    )


def _size(ruling: Ruling) -> float:
    shares = [each.share for each in ruling.risen]
    found = ruling.decides.estimate
    return max([*shares, abs(found.change) if found else 0.0])
