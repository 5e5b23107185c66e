"""Samples, and what is told of their tails."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import binom

from tracker.tails import CONFIDENCE, ranks, tails

times = st.lists(st.floats(1e-9, 1e3), min_size=100, max_size=300)


@given(times)
def test_percentiles_are_numpys_and_in_order(samples: list[float]) -> None:
    told = tails(samples)

    assert told is not None
    assert told.p95 is not None
    assert told.p99 is not None
    expected = np.quantile(samples, [0.5, 0.95, 0.99])
    assert [told.p50.value, told.p95.value, told.p99.value] == pytest.approx(expected)
    assert told.reason == ""


@given(st.integers(1, 600), st.sampled_from([0.5, 0.95, 0.99]))
def test_the_interval_holds_the_percentile_as_often_as_it_says(count: int, share: float) -> None:
    first, last = ranks(count, share)

    # Between the two ranks lies the percentile when first ≤ samples below it < last.
    held = binom.cdf(last - 1, count, share) - binom.cdf(first - 1, count, share)
    assert held >= CONFIDENCE - 1e-9
    assert 0 <= first < last <= count + 1


def test_a_percentile_needs_its_samples() -> None:
    few, more = tails([0.001] * 19), tails([0.001] * 99)

    assert few is not None
    assert more is not None
    assert (few.p95, few.p99) == (None, None)
    assert few.reason == "p95 needs 20, p99 needs 100 samples"
    assert more.p95 is not None
    assert (more.p99, more.reason) == (None, "p99 needs 100 samples")


def test_a_few_hundred_samples_do_not_bound_the_99th_percentile_from_above() -> None:
    told = tails([float(number) for number in range(200)])

    assert told is not None
    assert told.p99 is not None
    assert told.p99.low is not None
    assert told.p99.high is None


def test_means_of_many_calls_have_no_tail() -> None:
    told = tails([0.001] * 200, calls=17)

    assert told is not None
    assert (told.p95, told.p99) == (None, None)
    assert told.reason == "each sample is the mean of 17 calls"


def test_of_nothing_nothing_is_told() -> None:
    assert tails([]) is None
