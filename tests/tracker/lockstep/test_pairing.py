"""How many calls and samples, and in which order."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from tracker.lockstep import pairing
from tracker.lockstep.model import Side
from tracker.lockstep.pairing import Plan, order

seconds = st.floats(0, 100)


@given(call_s=seconds, renewing_s=seconds)
def test_a_plan_is_within_bounds_whatever_was_measured(call_s: float, renewing_s: float) -> None:
    warmed = {side: {"call_s": call_s, "turn_s": call_s + renewing_s} for side in Side}

    plan = Plan.of(warmed)

    assert 1 <= plan.calls <= pairing.CALLS_MAX
    assert pairing.SAMPLES_MIN <= plan.samples <= pairing.SAMPLES_MAX
    assert plan.calls == 1 or plan.calls * (call_s + renewing_s) <= pairing.TURN_MAX_S * 1.01


def test_a_sample_takes_five_milliseconds() -> None:
    warmed = {side: {"call_s": 0.001, "turn_s": 0.001} for side in Side}

    assert Plan.of(warmed) == Plan(calls=5, samples=pairing.SAMPLES_MAX)


@pytest.mark.parametrize("seed", range(8))
def test_the_sides_take_turns(seed: int) -> None:
    turns = list(order(6, seed))

    assert all(one == other[::-1] for one, other in pairwise(turns))
    assert all(set(turn) == set(Side) for turn in turns)


def test_either_side_may_begin() -> None:
    assert {next(order(1, seed)) for seed in range(16)} == {
        (Side.BASE, Side.HEAD),
        (Side.HEAD, Side.BASE),
    }
