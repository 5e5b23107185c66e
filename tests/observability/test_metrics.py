"""Times of calls, kept in bounded memory."""

import math

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.observability.durations import BOUNDS_S
from ltmc_server.observability.metrics import LONGEST_US, TARGETS_S, Metrics, Series

TIMES_S = st.lists(st.floats(1e-4, 500), min_size=1, max_size=200)


@settings(deadline=None, max_examples=50)
@given(times_s=TIMES_S)
def test_percentiles_are_within_one_percent(times_s: list[float]) -> None:
    series = Series()
    for seconds in times_s:
        series.record(seconds, failed=False)

    summary = series.summary()

    for percent, said_ms in (
        (50, summary.p50_response_time_ms),
        (95, summary.p95_response_time_ms),
        (99, summary.p99_response_time_ms),
    ):
        rank = percent / 100 * len(times_s)
        # Between two calls either may be named.
        low, high = (
            sorted(times_s)[max(0, edge - 1)] * 1e3 for edge in (math.floor(rank), math.ceil(rank))
        )
        assert low * 0.99 - 0.002 <= said_ms <= high * 1.01 + 0.002
    assert summary.avg_response_time_ms == pytest.approx(
        sum(times_s) / len(times_s) * 1e3, rel=1e-6, abs=0.001
    )


def test_nothing_called_is_all_noughts() -> None:
    summary = Metrics().whole()

    assert (summary.calls, summary.error_rate, summary.p99_response_time_ms) == (0, 0.0, 0.0)


def test_calls_and_failures_are_counted_for_each_action_and_together() -> None:
    metrics = Metrics()
    metrics.record("a", "x", 0.001, failed=False)
    metrics.record("a", "y", 0.002, failed=True)
    metrics.record("b", "x", 0.003, failed=False)

    assert {name: one.calls for name, one in metrics.by_action().items()} == {
        "a.x": 1,
        "a.y": 1,
        "b.x": 1,
    }
    assert (metrics.whole().calls, metrics.whole().errors) == (3, 1)
    assert (metrics.whole("a").calls, metrics.whole("a").error_rate) == (2, 0.5)
    assert metrics.whole("c").calls == 0


@pytest.mark.parametrize(("tool", "target_s"), TARGETS_S.items())
def test_a_call_slower_than_promised_is_counted_and_told(
    tool: str, target_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    metrics.record(tool, "x", target_s, failed=False)
    assert caplog.messages == []
    assert metrics.whole().sla_violations == 0

    metrics.record(tool, "x", target_s + 0.001, failed=False)

    assert metrics.by_action()[f"{tool}.x"].sla_violations == 1
    assert metrics.whole(tool).sla_violations == 1
    assert caplog.messages == ["sla_violation"]
    assert vars(caplog.records[0])["fields"] == {
        "tool": tool,
        "action": "x",
        "seconds": target_s + 0.001,
        "target": target_s,
    }


@settings(deadline=None, max_examples=50)
@given(times_s=TIMES_S)
def test_counts_below_a_bound_are_right_but_for_what_is_within_one_percent_of_it(
    times_s: list[float],
) -> None:
    series = Series()
    for seconds in times_s:
        series.record(seconds, failed=False)

    within, every = series.within(BOUNDS_S)

    assert every == len(times_s)
    for bound, count in zip(BOUNDS_S, within, strict=True):
        surely = sum(seconds < bound * 0.98 for seconds in times_s)
        perhaps = sum(seconds <= bound * 1.02 for seconds in times_s)
        assert surely <= count <= perhaps


def test_times_out_of_range_count_at_its_ends() -> None:
    series = Series()
    series.record(0.0, failed=False)
    series.record(1e9, failed=False)

    assert series.histogram.get_total_count() == 2
    assert series.histogram.get_max_value() <= LONGEST_US * 1.01


def test_memory_does_not_grow_with_calls() -> None:
    series = Series()
    series.record(0.001, failed=False)
    before = len(series.histogram.counts)
    for number in range(2000):
        series.record(number / 100, failed=False)

    assert len(series.histogram.counts) == before


def test_cleared_metrics_begin_anew_and_say_how_much_went() -> None:
    metrics = Metrics()
    since = metrics.since
    for _ in range(3):
        metrics.record("a", "x", 0.001, failed=False)

    metrics.stores["sqlite"].record(0.2)

    assert metrics.clear() == 3
    assert (metrics.whole().calls, metrics.by_action()) == (0, {})
    assert metrics.stores["sqlite"].percentile(95) is None
    assert metrics.since > since
