"""The metrics as Prometheus reads them; imported only where HTTP is served.

Nothing is counted here: each scrape reads what `Metrics`, `Health` and the parts counted.
docs/monitoring.md says what each metric means.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, TypeAlias

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from ltmc_server import __version__
from ltmc_server.dataclass import dataclass
from ltmc_server.observability.durations import BOUNDS_S, Durations
from ltmc_server.observability.health import Health, State, memory_bytes

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

Answers: TypeAlias = Mapping[str, tuple[State, float]]


def exposition(health: Health, answers: Answers) -> bytes:
    """Return the text of one scrape, given what the stores have just answered."""
    registry = CollectorRegistry()
    registry.register(Scrape(health, answers))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


@dataclass(frozen=True, slots=True, eq=False)
class Scrape(Collector):
    """What one scrape reads."""

    health: Health
    answers: Answers

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("ltmc_server", "This server.", {"version": __version__})
        yield from self._calls()
        yield from self._stores()
        yield from self._promises()
        yield from self._figures()
        yield GaugeMetricFamily(
            "ltmc_memory_peak_bytes", "The most memory the process has held.", memory_bytes()
        )

    def _calls(self) -> Iterator[Metric]:
        by = ("tool", "action")
        calls = CounterMetricFamily("ltmc_calls", "Calls by outcome.", labels=(*by, "outcome"))
        slow = CounterMetricFamily(
            "ltmc_sla_violations", "Calls slower than their tool promises.", labels=by
        )
        took = HistogramMetricFamily(
            "ltmc_call_duration_seconds", "How long calls took.", labels=by
        )
        # A list at once: the event loop may add a series meanwhile.
        for names, one in list(self.health.metrics.series.items()):
            within, every = one.within(BOUNDS_S)
            calls.add_metric((*names, "ok"), every - one.errors)
            calls.add_metric((*names, "error"), one.errors)
            slow.add_metric(names, one.sla_violations)
            took.add_metric(names, _buckets([*within, every]), one.total_s)
        yield from (calls, slow, took)

    def _stores(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("ltmc_store_up", "1: the store answers.", labels=("store",))
        asked = GaugeMetricFamily(
            "ltmc_store_probe_seconds", "How long its last answer took.", labels=("store",)
        )
        for name, (state, ms) in self.answers.items():
            if state != "disabled":
                up.add_metric((name,), state != "unreachable")
                asked.add_metric((name,), ms / 1e3)
        took = HistogramMetricFamily(
            "ltmc_store_duration_seconds", "How long reads and writes took.", labels=("store",)
        )
        for name, times in list(self.health.metrics.stores.items()):
            took.add_metric((name,), _buckets(_running(times)), times.total_s)
        yield from (up, asked, took)

    def _promises(self) -> Iterator[Metric]:
        kept = GaugeMetricFamily(
            "ltmc_promise_kept", "1: kept since the server started.", labels=("promise",)
        )
        for name, sla in self.health.slas().items():
            if sla.state != "NO_DATA":
                kept.add_metric((name,), sla.state == "PASSING")
        yield kept

    def _figures(self) -> Iterator[Metric]:
        for part, counted in self.health.counted.items():
            for name, value in counted.figures().items():
                kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
                yield kind(f"ltmc_{part}_{name}", f"{name} of {part}", value)


def _buckets(running: Sequence[int]) -> Sequence[tuple[str, float]]:
    return [(str(bound), count) for bound, count in zip((*BOUNDS_S, "+Inf"), running, strict=True)]


def _running(times: Durations) -> Sequence[int]:
    return [*accumulate(times.counts[:])]
