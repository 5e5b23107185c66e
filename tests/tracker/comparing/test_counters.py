"""What a counter may rise by, and which is told first."""

import pytest
from hypothesis import given, strategies as st

from tracker.comparing.counters import RULES, SPREADS, Severity, moved, severity, together
from tracker.lockstep.counters import COUNTERS
from tracker.lockstep.model import Counts

NAMES = st.sampled_from([*RULES, "new_counter"])
AMOUNTS = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("counter", "base", "head", "said"),
    [
        ("statements", 3, 4, Severity.RED),
        ("statements", 4, 3, Severity.NONE),
        ("fsyncs", 0, 1, Severity.RED),
        ("sleeps", 0, 1, Severity.RED),
        ("writes", 10, 11, Severity.RED),
        ("bytes", 1000, 1009, Severity.NONE),
        ("bytes", 1000, 1010, Severity.RED),
        ("written_bytes", 1000, 1010, Severity.RED),
        ("opcodes", 10_000, 10_049, Severity.NONE),
        ("opcodes", 10_000, 10_050, Severity.YELLOW),
        ("opcodes", 10_000, 10_300, Severity.RED),
        ("vm_steps", 100, 110, Severity.RED),
        ("allocated_bytes", 100_000, 104_000, Severity.NONE),
        ("allocated_bytes", 100_000, 121_000, Severity.RED),
        ("kept_bytes", 0, 100, Severity.NONE),
        ("kept_bytes", 0, 10_000, Severity.RED),
        ("kept_bytes", -2_000, 10_000, Severity.RED),
        ("heard_of_nowhere", 1, 1_000, Severity.YELLOW),
    ],
)
def test_the_table(counter: str, base: float, head: float, said: Severity) -> None:
    assert severity(counter, base, head) is said


@given(NAMES, AMOUNTS, AMOUNTS)
def test_only_a_rise_matters(counter: str, one: int, other: int) -> None:
    there, back = severity(counter, one, other), severity(counter, other, one)

    assert not (there and back)
    assert not severity(counter, one, one)


@given(NAMES, AMOUNTS, AMOUNTS, st.integers(0, 10**6))
def test_a_greater_rise_matters_no_less(counter: str, base: int, rise: int, more: int) -> None:
    assert severity(counter, base, base + rise + more) >= severity(counter, base, base + rise)


def test_a_rise_within_what_one_commit_differs_by_is_none() -> None:
    base = Counts({"opcodes": 10_000, "statements": 3}, {"opcodes": 100})

    inside = Counts({"opcodes": 10_000 + SPREADS * 100, "statements": 3}, {})
    beyond = Counts({"opcodes": 10_001 + SPREADS * 100, "statements": 3}, {})

    assert moved(base, inside) == ()
    assert [each.counter for each in moved(base, beyond)] == ["opcodes"]


def test_a_leak_is_told_first_and_a_decision_before_the_work_it_makes() -> None:
    base = Counts({"opcodes": 10_000, "statements": 3, "kept_bytes": 0, "writes": 1}, {})
    head = Counts({"opcodes": 20_000, "statements": 4, "kept_bytes": 4_000, "writes": 0}, {})

    assert [each.counter for each in moved(base, head)] == [
        *("kept_bytes", "statements", "opcodes", "writes")
    ]


def test_every_counter_of_the_engine_has_a_rule() -> None:
    assert {counter.name for counter in COUNTERS} <= RULES.keys()


def test_a_counter_of_one_side_is_not_compared() -> None:
    assert moved(Counts({}, {}), Counts({"statements": 4}, {})) == ()


def test_what_was_counted_twice_rises_by_what_both_agree_on() -> None:
    base = together(
        Counts({"opcodes": 1000, "statements": 3}, {}), Counts({"opcodes": 1010}, {}), choose=max
    )
    head = together(Counts({"opcodes": 1040}, {}), Counts({"opcodes": 1100}, {}), choose=min)

    assert base == Counts({"opcodes": 1010}, {"opcodes": 10})
    assert head == Counts({"opcodes": 1040}, {"opcodes": 60})
    assert moved(base, head) == ()
