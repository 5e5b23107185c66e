"""What is said of pairs: laws, and the words at their bounds."""

import math

import pytest
import scipy.stats.mstats  # noqa: F401  # its import is not to count against the first example
from hypothesis import given, strategies as st

from tracker.judging.paired import PAIRS_MIN, Estimate, estimate
from tracker.judging.verdict import FLOOR_MIN, Verdict, floor_of, judge

LOG_RATIOS = st.lists(st.floats(-1, 1), min_size=PAIRS_MIN, max_size=30)


@given(LOG_RATIOS)
def test_the_commits_exchanged_invert(log_ratios: list[float]) -> None:
    there, back = estimate(log_ratios), estimate([-each for each in log_ratios])

    assert there is not None
    assert back is not None
    assert (1 + there.change) * (1 + back.change) == pytest.approx(1)
    assert (1 + there.low) * (1 + back.high) == pytest.approx(1)


@given(LOG_RATIOS)
def test_the_change_lies_in_its_interval(log_ratios: list[float]) -> None:
    found = estimate(log_ratios)

    assert found is not None
    assert found.low - 1e-9 <= found.change <= found.high + 1e-9


def test_one_spoilt_pair_of_ten_changes_nothing() -> None:
    calm = [0.05, 0.051, 0.049, 0.052, 0.048, 0.05, 0.051, 0.049, 0.05]

    found = estimate([*calm, 3.0])

    assert found is not None
    assert found.change == pytest.approx(math.expm1(0.05), rel=0.02)


def test_too_few_pairs_are_no_estimate() -> None:
    assert estimate([0.5] * (PAIRS_MIN - 1)) is None
    assert judge(None, FLOOR_MIN) is Verdict.UNSURE


@pytest.mark.parametrize(
    ("change", "low", "high", "word"),
    [
        (0.05, 0.02, 0.08, Verdict.SLOWER),
        (0.05, -0.01, 0.11, Verdict.UNSURE),
        (0.021, 0.005, 0.04, Verdict.SLOWER),
        (0.02, 0.01, 0.03, Verdict.SAME),
        (0.015, 0.01, 0.031, Verdict.UNSURE),
        (-0.05, -0.08, -0.02, Verdict.FASTER),
        (0.0, -0.029, 0.03, Verdict.SAME),
        (0.0, -0.2, 0.2, Verdict.UNSURE),
    ],
)
def test_the_words(change: float, low: float, high: float, word: Verdict) -> None:
    assert judge(Estimate(change, low, high, 6), FLOOR_MIN) is word


@given(st.floats(-0.3, 0.5), st.floats(0, 0.2), st.floats(0.03, 0.3))
def test_slower_one_way_is_faster_the_other(change: float, half: float, floor: float) -> None:
    low, high = change - half, change + half
    other = Estimate(1 / (1 + change) - 1, 1 / (1 + high) - 1, 1 / (1 + low) - 1, 9)

    there, back = judge(Estimate(change, low, high, 9), floor), judge(other, floor)

    exchanged = {Verdict.SLOWER: Verdict.FASTER, Verdict.FASTER: Verdict.SLOWER}
    assert back is exchanged.get(there, there)


def test_a_floor_is_two_percent_or_what_identical_commits_showed() -> None:
    assert floor_of([]) == FLOOR_MIN
    assert floor_of([0.001, -0.002, 0.001]) == FLOOR_MIN
    assert floor_of([0.1, -0.1, 0.1, -0.1]) == pytest.approx(0.1)
    assert floor_of([0.0, 0.04, -0.08, 0.12, -0.16]) == pytest.approx(0.12 + 3 * 0.08)


@pytest.mark.parametrize(
    ("low", "high", "beyond"), [(-0.1, 0.2, 0.0), (0.03, 0.2, 0.03), (-0.2, -0.01, -0.01)]
)
def test_what_chance_does_not_explain(low: float, high: float, beyond: float) -> None:
    assert Estimate((low + high) / 2, low, high, 6).beyond_chance == beyond
