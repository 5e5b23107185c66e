"""Loads and processes, by hand."""

import pytest

from tests.tracker.validation.made import samples
from tracker.validation import figures
from tracker.validation.claims import Claim
from tracker.validation.samples import Process, Scaling


def process(**more: object) -> Process:
    ended = {"arm": "mcp_stdio", "at_s": (0.0, 1.0, 2.0, 3.0), "peak_bytes": 9, "operations": 3}
    rss = {"rss_bytes": (10_000_000, 50_000_000, 80_000_000, 90_000_000)}
    return Process.model_validate({**ended, **rss, "cpu_s": (1.0, 1.1, 1.2, 1.6), **more})


def test_the_steady_memory_is_that_of_the_second_half() -> None:
    assert figures.steady_mb(process()) == 85


def test_the_processor_is_counted_from_the_first_reading_on() -> None:
    assert figures.cpu_percent(process()) == pytest.approx(20)
    assert figures.cpu_percent(process(at_s=(0.0,), rss_bytes=(1,), cpu_s=(1.0,))) is None


def test_only_calls_that_succeed_are_throughput() -> None:
    seconds = (0.1, None, 0.3)
    load = figures.of_scaling(
        Scaling(operation="a", arm="b", clients=2, seconds=seconds, wall_s=0.5, failures=1)
    )

    assert load.a_second == pytest.approx(4)
    assert load.median_s == pytest.approx(0.2)
    assert (load.failures, load.calls) == (1, 3)


def test_a_load_that_failed_altogether_has_no_time() -> None:
    row = Scaling(operation="a", arm="b", clients=2, seconds=(None,), wall_s=0.5, failures=1)

    assert figures.of_scaling(row).median_s is None
    assert figures.of_scaling(row).a_second == 0


def test_of_several_processes_the_worst_is_the_reading() -> None:
    claim = Claim(name="Memory", kind="memory", at_most=150, said="150 MB")
    rows = [
        process().model_dump(),
        process(rss_bytes=(1, 1, 200_000_000, 200_000_000)).model_dump(),
    ]
    estimate = figures.reading(claim, "mcp_stdio", samples(processes=rows))

    assert estimate is not None
    assert estimate.point == 200
    assert figures.reading(claim, "mcp_http", samples(processes=rows)) is None
