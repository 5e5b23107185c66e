"""The laws of a ratio of medians and of its interval."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tracker.validation import bootstrap

TIME = st.floats(min_value=1e-5, max_value=1e3)
TURNS = st.lists(st.tuples(TIME, TIME), min_size=1, max_size=60)
FEW = 200
"""Resamples: laws hold for any number of them."""


@settings(max_examples=50)
@given(turns=TURNS, scale=st.floats(min_value=1e-3, max_value=1e3))
def test_a_scale_that_both_arms_share_changes_nothing(
    turns: list[tuple[float, float]], scale: float
) -> None:
    base, ours = zip(*turns, strict=True)

    plain = bootstrap.ratio(base, ours, 1, FEW)
    scaled = bootstrap.ratio([scale * t for t in base], [scale * t for t in ours], 1, FEW)

    assert scaled.point == pytest.approx(plain.point)
    assert scaled.low == pytest.approx(plain.low)
    assert scaled.high == pytest.approx(plain.high)


@settings(max_examples=50)
@given(turns=TURNS)
def test_exchanged_arms_invert_the_ratio(turns: list[tuple[float, float]]) -> None:
    base, ours = zip(*turns, strict=True)

    there = bootstrap.ratio(base, ours, 1, FEW)
    back = bootstrap.ratio(ours, base, 1, FEW)

    assert there.low is not None
    assert there.high is not None
    assert back.point == pytest.approx(1 / there.point)
    assert back.low == pytest.approx(1 / there.high)
    assert back.high == pytest.approx(1 / there.low)


@settings(max_examples=50)
@given(turns=TURNS)
def test_an_arm_is_exactly_as_fast_as_itself(turns: list[tuple[float, float]]) -> None:
    base, _ = zip(*turns, strict=True)

    same = bootstrap.ratio(base, base, 1, FEW)

    assert (same.low, same.point, same.high) == (1, 1, 1)


def test_the_same_seed_gives_the_same_interval() -> None:
    base, ours = np.random.default_rng(1).lognormal(size=(2, 40)).tolist()

    one, two = (bootstrap.ratio(base, ours, 5) for _ in range(2))

    assert one == two
    assert one != bootstrap.ratio(base, ours, 6)


def test_more_turns_than_a_block_has_room_for() -> None:
    base, ours = np.random.default_rng(1).lognormal(size=(2, 3000)).tolist()

    estimate = bootstrap.ratio(base, ours, 5, resamples=1000)

    assert estimate.low is not None
    assert estimate.high is not None
    assert 0.85 < estimate.low < estimate.point < estimate.high < 1.15


@pytest.mark.parametrize(
    ("turns", "weather", "share_max"),
    [(30, 0.0, 0.985), (100, 0.0, 0.985), (30, 0.1, 1.0), (100, 0.4, 1.0)],
)
def test_the_interval_has_the_truth_in_it_as_often_as_it_says(
    turns: int, weather: float, share_max: float
) -> None:
    """Many runs of a world in which MCP is 1.5 times as fast, and both slow in the same turns.

    The more they share, the wider the interval is than it would have to be; never narrower.
    """
    generator, runs, hits = np.random.default_rng(3), 300, 0
    for run in range(runs):
        shared = generator.lognormal(0, weather, turns)
        base = 1.5 * shared * generator.lognormal(0, 0.1, turns)
        ours = shared * generator.lognormal(0, 0.1, turns)
        estimate = bootstrap.ratio(base.tolist(), ours.tolist(), run, resamples=500)
        assert estimate.low is not None
        assert estimate.high is not None
        hits += estimate.low <= 1.5 <= estimate.high

    # Of 300 draws of 95 %, three standard deviations are 4 %.
    assert 0.91 <= hits / runs <= share_max


def test_pairs_make_the_interval_narrow() -> None:
    """Turns drawn for each arm alone would leave the weather in the ratio."""
    generator = np.random.default_rng(3)
    weather = generator.lognormal(0, 1, 50)
    base = weather * generator.lognormal(0, 0.02, 50)

    paired = bootstrap.ratio(base.tolist(), weather.tolist(), 1).width
    apart = bootstrap.ratio(base.tolist(), generator.permutation(weather).tolist(), 1).width

    assert paired is not None
    assert apart is not None
    assert paired < apart / 3


def test_a_median_has_the_unit_of_its_values() -> None:
    estimate = bootstrap.median([0.1, 0.2, 0.3, 0.4, 0.5], 1)

    assert estimate.point == pytest.approx(0.3)
    assert estimate.low is not None
    assert estimate.high is not None
    assert 0.1 <= estimate.low <= 0.3 <= estimate.high <= 0.5
