"""Histories whose truth is known: found at the right commit, and nothing where nothing is."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from tracker.detection.creep import trend
from tracker.detection.detector import detect
from tracker.detection.model import Change, Kind

Figures = NDArray[np.float64]
SEEDS = st.integers(0, 10_000)

# Building the covariances of a length is not to count against the first example.
detect(np.exp(np.random.default_rng(0).normal(0, 0.02, 60)))


def noise(seed: int, n: int = 60, sd: float = 0.02) -> Figures:
    return np.exp(np.random.default_rng(seed).normal(0, sd, n))


def stepped(seed: int, at: int = 30, ratio: float = 1.2) -> Figures:
    figures = noise(seed)
    figures[at:] *= ratio
    return figures


def sure(figures: Figures | list[float]) -> list[Change]:
    return [change for change in detect(figures) if change.is_sure]


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.sampled_from([0.7, 1.2, 1.5]))
def test_a_step_is_found_where_it_is(seed: int, ratio: float) -> None:
    (found,) = sure(stepped(seed, ratio=ratio))

    assert found.kind is Kind.STEP
    assert found.earliest <= 30 <= found.latest
    assert abs(found.index - 30) <= 1
    assert found.ratio == pytest.approx(ratio, rel=0.05)


@settings(max_examples=4, deadline=None)
@given(SEEDS, st.floats(1e-9, 1e9))
def test_the_unit_does_not_matter(seed: int, unit: float) -> None:
    figures = stepped(seed)

    assert [each.index for each in sure(figures)] == [each.index for each in sure(figures * unit)]


@settings(max_examples=4, deadline=None)
@given(SEEDS)
def test_backwards_a_step_is_the_other_way_round(seed: int) -> None:
    (there,), (back,) = sure(stepped(seed)), sure(stepped(seed)[::-1])

    assert there.ratio > 1 > back.ratio
    assert abs(there.index + back.index - 60) <= 1


@given(st.floats(1e-6, 1e6), st.integers(0, 40))
def test_in_a_constant_series_is_nothing(level: float, n: int) -> None:
    assert detect([level] * n) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(1e-3, 1e3), max_size=15))
def test_no_short_series_is_too_strange(figures: list[float]) -> None:
    for change in detect(figures):
        assert change.earliest <= change.index <= change.latest < len(figures)
        assert 0 <= change.confidence <= 1


def test_unchanged_series_are_left_alone() -> None:
    assert sum(bool(sure(noise(seed))) for seed in range(12)) == 0


@pytest.mark.parametrize("at", [1, 5, 10])
def test_a_count_that_changed_by_one_is_found_even_at_the_end(at: int) -> None:
    (found,) = detect([1_000_000] * at + [1_000_001] * (11 - at))

    assert (found.index, found.before, found.after) == (at, 1_000_000, 1_000_001)
    assert found.is_sure


def test_a_lone_last_figure_is_at_most_a_suspect() -> None:
    figures = noise(3)
    figures[-1] *= 2

    assert sure(figures) == []
    assert [change.index for change in detect(figures)][-1] == 59


def test_a_repaired_slow_down_is_two_steps() -> None:
    figures = noise(5)
    figures[20:40] *= 1.2

    assert [(each.index, each.ratio > 1) for each in sure(figures)] == [(20, True), (40, False)]


def test_two_levels_of_noise_are_no_steps() -> None:
    chance = np.random.default_rng(8)
    upper = np.cumsum(chance.random(100) < 0.12) % 2

    assert sure(noise(8, 100, 0.012) * np.where(upper, 1.06, 1)) == []


def test_creep_is_no_step_and_a_step_no_creep() -> None:
    creeping = noise(1, 100) * 1.005 ** np.arange(100)

    assert [each.kind for each in sure(creeping)] == [Kind.CREEP]
    assert [each.kind for each in sure(stepped(1))] == [Kind.STEP]


def test_a_random_walk_is_no_creep() -> None:
    kinds = []
    for seed in range(5):
        walk = np.cumsum(np.random.default_rng(seed).normal(0, 0.003, 100))
        kinds += [each.kind for each in sure(noise(seed, 100) * np.exp(walk))]

    assert Kind.CREEP not in kinds


def test_autocorrelation_makes_a_trend_less_sure() -> None:
    slow = np.repeat(np.random.default_rng(4).normal(0, 1, 6), 10) + 0.05 * np.arange(60)
    shuffled = np.random.default_rng(5).permutation(slow - 0.05 * np.arange(60))

    assert trend(slow).p > trend(shuffled + 0.05 * np.arange(60)).p


def test_figures_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        detect([1.0] * 9 + [float("nan")])
