"""What is measured, how often, in which order, and what a budget leaves of it."""

from collections.abc import Mapping

import pytest

from tests.tracker.comparing.scripted import Script, Scripted, Silent, timed, tracked
from tracker.comparing.findings import Finding
from tracker.comparing.measuring import (
    FRESH_SEED,
    PAIRS_FIRST,
    PAIRS_FRESH,
    PAIRS_MAX,
    TURNS_FIRST,
    TURNS_FRESH,
    Measuring,
)
from tracker.lockstep.model import Case, Failure, Side

PLENTY_S = 10_000.0


def measured(
    scripts: Mapping[Case, Script], budget_s: float = PLENTY_S
) -> tuple[Scripted, dict[str, Finding]]:
    engine = Scripted(scripts)
    run = Measuring(engine, {}, Silent(), budget_s, clock=engine.clock)
    found = run.run(engine.cases())
    return engine, {each.case.benchmark: each for each in found}


A, B = timed("a.time_x"), timed("b.time_x")


def test_what_is_the_same_takes_the_first_pairs_and_no_more() -> None:
    engine, found = measured({A: Script()})

    assert len(found["a.time_x"].first) == PAIRS_FIRST
    assert not found["a.time_x"].fresh
    assert engine.count("counts", A) == 1


def test_what_is_undecided_goes_on_to_the_most() -> None:
    _, found = measured({A: Script(jitter=60)})

    assert len(found["a.time_x"].first) == PAIRS_MAX
    assert not found["a.time_x"].fresh


@pytest.mark.parametrize("change", [0.2, -0.2])
def test_what_looks_changed_is_asked_again_with_new_seeds(change: float) -> None:
    engine, found = measured({A: Script(change=change), B: Script()})

    assert len(found["a.time_x"].fresh) == PAIRS_FRESH
    assert not found["b.time_x"].fresh
    seeds = [seed for what, _, seed in engine.asked if what == "pair"]
    assert len({pair.seed for pair in (*found["a.time_x"].first, *found["a.time_x"].fresh)}) == (
        PAIRS_FIRST + PAIRS_FRESH
    )
    assert max(seed for seed in seeds if seed < FRESH_SEED) <= PAIRS_MAX


def test_cases_of_one_seed_follow_each_other() -> None:
    engine, _ = measured({A: Script(), B: Script()})

    seeds = [seed for what, _, seed in engine.asked if what == "pair"]
    assert seeds == sorted(seeds)


def test_counters_come_first_and_what_they_saw_is_timed_first() -> None:
    more = {Side.BASE: {"opcodes": 10}, Side.HEAD: {"opcodes": 90}}

    engine, _ = measured({A: Script(), B: Script(counts=more)})

    assert [(what, case) for what, case, _ in engine.asked[:5]] == [
        ("counts", A),
        ("counts", B),
        ("counts", B),  # what rose is counted once more
        ("pair", B),
        ("pair", A),
    ]


def test_what_fails_is_tried_once_more_and_then_left_alone() -> None:
    failing = Script(missing={Side.HEAD: Failure(Side.HEAD, "no")})

    engine, found = measured({A: failing, B: Script()})

    assert engine.count("pair", A) == 0  # counting it failed already
    assert isinstance(found["a.time_x"].missing[Side.HEAD], Failure)
    assert len(found["b.time_x"].first) == PAIRS_FIRST


def test_a_budget_leaves_whole_cases() -> None:
    cases = {timed(f"a.time_{number:02}"): Script() for number in range(20)}

    engine, found = measured(cases, budget_s=60)

    numbers = {len(each.first) for each in found.values()}
    assert numbers == {0, PAIRS_FIRST}
    assert engine.clock.now_s <= 60 + 1


def test_time_is_kept_back_for_fresh_pairs() -> None:
    cases = {timed(f"a.time_{number}"): Script(change=0.2) for number in range(6)}

    engine, found = measured(cases, budget_s=75)

    assert any(len(each.fresh) == PAIRS_FRESH for each in found.values())
    assert {len(each.fresh) for each in found.values()} <= {0, PAIRS_FRESH}
    assert engine.clock.now_s <= 75 + PAIRS_FRESH


def test_no_budget_is_too_small_for_one_count() -> None:
    engine, _ = measured({A: Script(), B: Script()}, budget_s=0)

    assert engine.count("counts", A) == 1
    assert engine.count("counts", B) == 0


class TestWholeRuns:
    """What gives a figure instead of samples."""

    def test_a_count_takes_one_turn(self) -> None:
        case = tracked("work.track_sql", "statements")

        engine, found = measured({case: Script(figures={Side.HEAD: 9.0})})

        assert found["work.track_sql"].turns == [(1.0, 9.0)]
        assert len(engine.asked) == 1

    def test_others_take_turns_together_and_fresh_ones_when_they_changed(self) -> None:
        one, other = tracked("cold.track_a", "seconds"), tracked("cold.track_b", "seconds")

        engine, found = measured({one: Script(figures={Side.HEAD: 2.0}), other: Script()})

        assert len(found["cold.track_a"].turns) == len(found["cold.track_b"].turns) == TURNS_FIRST
        assert len(found["cold.track_a"].fresh_turns) == TURNS_FRESH
        turns = [turn for _, _, turn in engine.asked]
        assert turns == sorted(turns)  # turn by turn over all: they share what they set up
