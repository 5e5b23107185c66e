"""tails.html, as text."""

from dataclasses import replace

from hypothesis import given, strategies as st

from tests.tracker.rows import point
from tracker.pages.distribution import BINS, LEAST, Axis, distribution
from tracker.pages.tails import group_of, measurements, render
from tracker.results import Point

ORDER = {"a" * 40: 0, "b" * 40: 1, "c" * 40: 2}
STORE = "tools.memory.At1k.time_store"


def sampled(commit: str, *, scale: float = 1.0, count: int = 120, calls: int = 1) -> Point:
    samples = tuple(scale * (0.001 + 0.00001 * number) for number in range(count))
    made = point(commit, samples[count // 2], benchmark=STORE)
    return replace(made, samples=samples, calls=calls)


def page(*points: Point) -> str:
    return render("toy", measurements(points, ORDER), "#")


def test_a_latency_is_told_at_the_newest_commit_beside_the_one_before() -> None:
    said = page(sampled("a" * 40, scale=9), sampled("b" * 40, scale=0.5), sampled("c" * 40))

    assert "1 latency at <code>cccccccc</code> · before it <code>bbbbbbbb</code>" in said
    assert "was 798&nbsp;µs <b>+100&nbsp;%</b>" in said
    assert "at least" in said
    assert 'aria-label="120 samples from 1 ms to 2.19 ms"' in said
    assert "<i>tools.<wbr>memory.<wbr>At1k.</i><wbr>time_<wbr>store" in said


def test_what_cannot_be_told_says_why() -> None:
    assert "p95 needs 20, p99 needs 100 samples" in page(sampled("c" * 40, count=12))
    assert "each sample is the mean of 40 calls" in page(sampled("c" * 40, calls=40))


def test_only_times_with_samples_are_latencies() -> None:
    counted = replace(sampled("c" * 40), unit="bytes")

    assert measurements([counted, point("c" * 40, 1.0)], ORDER)[0].latencies == ()


def test_a_commit_off_the_branch_is_not_shown() -> None:
    assert "No samples yet" in page(sampled("d" * 40))


def test_a_name_is_escaped() -> None:
    named = replace(sampled("c" * 40), parameters=("'<b>'",))

    assert "&#x27;&lt;b&gt;&#x27;" in page(named)


def test_a_benchmark_belongs_to_its_tool_or_its_file() -> None:
    assert group_of(STORE) == "memory"
    assert group_of("cold_start.Stdio.track_initialize") == "cold_start"


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_every_sample_has_a_place_on_the_axis(samples: list[float]) -> None:
    axis = Axis.over(samples)

    if axis is None:
        assert max(samples) <= LEAST
        return
    assert all(0 <= axis.at(sample) <= 1 for sample in samples)
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks())
    picture = distribution(samples, (), samples[:1], axis, "said")
    assert picture.count("v") <= 2 * BINS + 8
