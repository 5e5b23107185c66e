"""Counts: a figure that differs has changed."""

from hypothesis import given, strategies as st

from tracker.events.counts import changes, floor_of, is_restless

figures = st.lists(st.integers(1, 10_000).map(float), min_size=2, max_size=40)


def test_one_statement_more_is_told() -> None:
    (found,) = changes([36, 36, 37, 37], floor_of("statements"))

    assert (found.origin, found.index, found.before, found.after) == (1, 2, 36, 37)
    assert not found.is_creep


def test_a_smaller_change_than_anybody_cares_for_is_not() -> None:
    assert changes([10_000, 10_040, 10_000, 10_049], floor_of("instructions")) == []


def test_small_changes_that_add_up_are_creep_from_where_they_began() -> None:
    (found,) = changes([1000, 1004, 1008, 1012, 1012], 0.01)

    assert found.is_creep
    assert (found.origin, found.index, found.before, found.after) == (0, 3, 1000, 1012)


def test_from_nothing_is_a_change_without_a_share() -> None:
    (found,) = changes([0, 0, 3], 0.01)

    assert (found.before, found.after, found.share) == (0, 3, None)


def test_a_figure_that_goes_up_and_down_is_no_count() -> None:
    walked = [46772, 52100, 47348, 43964, 48212, 43964, 48716, 51452, 48000]

    assert is_restless(walked, 0.005)
    assert not is_restless(sorted(walked), 0.005)
    assert not is_restless([100] * 10 + [120] * 10, 0.005)


@given(figures)
def test_levels_follow_each_other_without_a_gap_beyond_the_floor(values: list[float]) -> None:
    floor = 0.05
    found = changes(values, floor)

    level = 0
    for change in found:
        assert level <= change.origin < change.index
        level = change.index
        # As the code subtracts: 105 / 100 - 1 is a hair above 0.05, 105 / 100 not above 1.05.
        assert max(change.before, change.after) / min(change.before, change.after) - 1 > floor
    last = values[found[-1].index] if found else values[0]
    assert max(last, values[-1]) / min(last, values[-1]) - 1 <= floor


@given(figures)
def test_a_history_that_is_told_twice_has_the_same_changes(values: list[float]) -> None:
    doubled = [value * 2 for value in values]

    one, other = changes(values, 0.05), changes(doubled, 0.05)

    assert [c.index for c in one] == [c.index for c in other]
