"""What closes the gate, what does not, and what comes first."""

from collections.abc import Mapping

import pytest

from tests.tracker.comparing.scripted import Script, Scripted, Silent, timed, tracked
from tracker.comparing.acceptance import Acceptance
from tracker.comparing.counters import Severity
from tracker.comparing.findings import Finding
from tracker.comparing.floors import Floor
from tracker.comparing.gate import Ruling, rule
from tracker.comparing.measuring import Measuring
from tracker.judging.verdict import Verdict
from tracker.lockstep.model import Case, Counts, Failure, Side, Skipped

FLOORS: dict[str, Floor] = {}


def findings(scripts: Mapping[Case, Script], floors: Mapping[str, Floor] = FLOORS) -> list[Finding]:
    engine = Scripted(scripts)
    measuring = Measuring(engine, floors, Silent(), budget_s=10_000, clock=engine.clock)
    return measuring.run(engine.cases())


def ruled(scripts: Mapping[Case, Script], *accepted: Acceptance) -> list[Ruling]:
    return rule(findings(scripts), FLOORS, accepted)


def one(script: Script) -> Ruling:
    [ruling] = ruled({timed("a.time_b"): script})
    return ruling


def counted(
    base: Mapping[str, float], head: Mapping[str, float]
) -> dict[Side, Mapping[str, float]]:
    return {Side.BASE: base, Side.HEAD: head}


@pytest.mark.parametrize(
    ("script", "verdict", "severity"),
    [
        (Script(), Verdict.SAME, Severity.NONE),
        (Script(change=0.10), Verdict.SLOWER, Severity.RED),
        (Script(change=0.04), Verdict.SLOWER, Severity.YELLOW),
        (Script(change=-0.10), Verdict.FASTER, Severity.NONE),
        # Looked slower once, and not again.
        (Script(change=0.10, fresh=0.0), Verdict.SAME, Severity.NONE),
        (Script(change=0.10, fresh=-0.10), Verdict.UNSURE, Severity.NONE),
        # Noise as large as the change.
        (Script(change=0.10, jitter=60), Verdict.UNSURE, Severity.NONE),
        # Wall time alone: twice its floor, or it only gets a word.
        (Script(wall=0.20), Verdict.SLOWER, Severity.YELLOW),
        (Script(wall=0.40), Verdict.SLOWER, Severity.RED),
        (Script(wall=0.10), Verdict.SAME, Severity.NONE),
    ],
)
def test_times(script: Script, verdict: Verdict, severity: Severity) -> None:
    ruling = one(script)

    assert (ruling.verdict, ruling.severity) == (verdict, severity)
    assert ruling.closes_the_gate == (severity is Severity.RED)


def test_wall_time_closes_the_gate_when_a_counter_agrees() -> None:
    sleeps = Script(wall=0.20, counts=counted({"written_bytes": 1000}, {"written_bytes": 1200}))

    assert one(sleeps).severity is Severity.RED


def test_what_is_noisy_has_to_change_by_more() -> None:
    case = timed("a.time_b")
    floors = {case.name: Floor(cpu=0.15, wall=0.5, runs=8)}

    [ruling] = rule(findings({case: Script(change=0.10)}, floors), floors)

    assert ruling.verdict is not Verdict.SLOWER
    assert not ruling.severity


def test_more_work_in_the_same_time_closes_the_gate() -> None:
    ruling = one(Script(counts=counted({"statements": 3}, {"statements": 4})))

    assert ruling.verdict is Verdict.SAME
    assert ruling.closes_the_gate


def test_more_instructions_in_less_time_do_not_and_more_statements_do() -> None:
    instructions = counted({"opcodes": 1000}, {"opcodes": 2000})
    statements = counted({"statements": 3}, {"statements": 4})

    assert one(Script(change=-0.2, counts=instructions)).severity is Severity.YELLOW
    assert one(Script(change=-0.2, counts=statements)).severity is Severity.RED


def test_of_many_that_look_changed_more_certainty_is_asked() -> None:
    barely = Script(change=0.2, jitter=42)  # 24 pairs are sure of it, and not by much
    seeming = {timed(f"b.time_{number}"): Script(change=0.2, fresh=0.0) for number in range(39)}

    alone = one(barely)
    among = ruled({timed("a.time_b"): barely, **seeming})[0]

    assert (alone.verdict, alone.severity) == (Verdict.SLOWER, Severity.RED)
    assert (among.verdict, among.severity) == (Verdict.SLOWER, Severity.YELLOW)


def test_an_accepted_slow_down_is_shown_and_leaves_the_gate_open() -> None:
    case = timed("tools.todo.time_list")

    [ruling] = ruled({case: Script(change=0.2)}, Acceptance("tools.todo.*", "sorted now"))

    assert ruling.severity is Severity.RED
    assert ruling.acceptance
    assert not ruling.closes_the_gate


@pytest.mark.parametrize(
    ("missing", "is_new_failure"),
    [
        ({Side.HEAD: Failure(Side.HEAD, "no")}, True),
        ({Side.HEAD: Failure(Side.HEAD, "no"), Side.BASE: Skipped(Side.BASE)}, True),
        ({Side.HEAD: Failure(Side.HEAD, "no"), Side.BASE: Failure(Side.BASE, "no")}, False),
        ({Side.BASE: Failure(Side.BASE, "no")}, False),
        ({Side.HEAD: Skipped(Side.HEAD)}, False),
    ],
)
def test_failures(missing: Mapping[Side, Failure | Skipped], *, is_new_failure: bool) -> None:
    assert one(Script(missing=missing)).finding.fails_anew is is_new_failure


class TestWholeRuns:
    """What gives a figure instead of samples."""

    @pytest.mark.parametrize(
        ("method", "unit", "base", "head", "severity"),
        [
            ("track_sql", "statements", 3, 4, Severity.RED),
            ("track_sql", "statements", 4, 3, Severity.NONE),
            ("track_opcodes", "instructions", 1000, 1004, Severity.NONE),
            ("track_opcodes", "instructions", 1000, 1005, Severity.YELLOW),
            ("track_opcodes", "instructions", 1000, 1030, Severity.RED),
            ("track_result", "bytes", 1000, 1010, Severity.RED),
            ("track_tools_list", "tokens", 1000, 1100, Severity.YELLOW),
            ("track_sql", "statements", 0, 1, Severity.RED),
        ],
    )
    def test_counts_are_held_to_the_rule_of_what_they_count(
        self, method: str, unit: str, base: float, head: float, severity: Severity
    ) -> None:
        case = tracked(f"work.Call.{method}", unit, "'todo.list'")

        [ruling] = ruled({case: Script(figures={Side.BASE: base, Side.HEAD: head})})

        assert ruling.severity is severity

    def test_others_are_judged_over_turns(self) -> None:
        case = tracked("cold_start.Server.track_spawn", "seconds")
        worse, same = {Side.BASE: 1.0, Side.HEAD: 1.2}, {Side.BASE: 1.0, Side.HEAD: 1.0}

        [slower], [equal] = (
            ruled({case: Script(figures=worse)}),
            ruled({case: Script(figures=same)}),
        )

        assert (slower.verdict, slower.severity) == (Verdict.SLOWER, Severity.RED)
        assert equal.verdict is Verdict.SAME

    def test_more_may_be_better(self) -> None:
        case = Case("quality.track_recall", kind="track", unit="share", less_is_better=False)

        [ruling] = ruled({case: Script(figures={Side.BASE: 0.9, Side.HEAD: 0.5})})

        assert (ruling.verdict, ruling.severity) == (Verdict.SLOWER, Severity.RED)

    def test_what_has_no_ratio_is_unsure(self) -> None:
        case = tracked("cold_start.track_left", "bytes")

        [ruling] = ruled({case: Script(figures={Side.BASE: 0.0, Side.HEAD: 5.0})})

        assert ruling.verdict is Verdict.UNSURE


class TestOrder:
    """The cause comes first."""

    def test_the_benchmark_with_the_greatest_slow_down(self) -> None:
        found = ruled(
            {
                timed("a.time_untouched"): Script(),
                timed("b.time_a_little"): Script(change=0.06),
                timed("c.time_slowed"): Script(change=0.30),
            }
        )

        assert names(found) == ["c.time_slowed", "b.time_a_little", "a.time_untouched"]

    def test_one_more_statement_before_what_is_only_slower(self) -> None:
        more = counted({"statements": 3}, {"statements": 4})

        found = ruled(
            {
                timed("a.time_slowed"): Script(change=0.5),
                timed("b.time_asks_more"): Script(counts=more),
            }
        )

        assert names(found)[0] == "b.time_asks_more"

    def test_a_leak_before_all_but_a_failure(self) -> None:
        found = ruled(
            {
                timed("a.time_asks"): Script(counts=counted({"statements": 0}, {"statements": 9})),
                timed("b.time_leaks"): Script(
                    counts=counted({"kept_bytes": 0}, {"kept_bytes": 5000})
                ),
                timed("c.time_fails"): Script(missing={Side.HEAD: Failure(Side.HEAD, "no")}),
            }
        )

        assert names(found) == ["c.time_fails", "b.time_leaks", "a.time_asks"]

    def test_what_is_accepted_comes_after_what_is_not(self) -> None:
        found = ruled(
            {timed("a.time_x"): Script(change=0.5), timed("b.time_x"): Script(change=0.1)},
            Acceptance("a.*", "why not"),
        )

        assert names(found) == ["b.time_x", "a.time_x"]


def names(rulings: list[Ruling]) -> list[str]:
    return [ruling.finding.case.benchmark for ruling in rulings]


def test_counts_alone_say_nothing_about_time() -> None:
    finding = Finding(timed("a.time_b"))
    same = Counts({"opcodes": 5}, {})
    finding.counts = {Side.BASE: same, Side.HEAD: same}

    [ruling] = rule([finding], FLOORS)

    assert (ruling.verdict, ruling.severity) == (Verdict.UNSURE, Severity.NONE)
    assert finding.has_figures
