"""The interval of a ratio: what it holds, and that it turns with the sides."""

from collections.abc import Sequence
from math import nextafter
from statistics import median

import pytest
from hypothesis import given, strategies as st

from tracker.peers.intervals import Turns, interval

TURN = st.lists(st.floats(min_value=1e-6, max_value=1e3), min_size=1, max_size=3).map(tuple)
PAIRED = st.lists(st.tuples(TURN, TURN), min_size=2, max_size=4)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return median(theirs) / median(ours)


@given(PAIRED)
def test_the_sides_exchanged_the_ends_exchange_and_invert(
    paired: list[tuple[tuple[float, ...], tuple[float, ...]]],
) -> None:
    ours, theirs = (tuple(side) for side in zip(*paired, strict=True))

    found, back = interval(ratio, ours, theirs), interval(ratio, theirs, ours)

    assert found
    assert back
    low, high = found
    assert (low, high) == pytest.approx((1 / back[1], 1 / back[0]))
    assert low <= high


@given(PAIRED, st.floats(min_value=0.1, max_value=10))
def test_what_slows_a_whole_turn_leaves_a_constant_ratio_alone(
    paired: list[tuple[tuple[float, ...], tuple[float, ...]]], times: float
) -> None:
    ours = tuple(turn for turn, _ in paired)
    theirs = tuple(tuple(times * value for value in turn) for turn in ours)

    found = interval(ratio, ours, theirs)

    assert found == pytest.approx((times, times))


def test_of_five_turns_the_odd_one_widens_the_interval() -> None:
    same: Turns = ((1.0,),) * 5
    odd: Turns = (*same[:4], (3.0,))

    assert interval(ratio, same, same) == (1, 1)
    assert interval(ratio, odd, same) == pytest.approx((1 / 3, 1))


def test_turns_that_only_one_side_has_are_left_out() -> None:
    ours: Turns = ((1.0,), (), (1.0,), (9.0,))
    theirs: Turns = ((2.0,), (7.0,), (2.0,))

    assert interval(ratio, ours, theirs) == (2, 2)
    assert interval(ratio, ours[:2], theirs) is None
    assert interval(ratio, (), theirs) is None


def test_more_turns_than_can_be_counted_through_are_bounded() -> None:
    many: Turns = ((1.0,),) * 5 + ((nextafter(1.0, 2.0),),) * 40

    assert interval(ratio, many, many) == (1, 1)
