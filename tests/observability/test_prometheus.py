"""What Prometheus reads, parsed as Prometheus would."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import given, settings, strategies as st
from prometheus_client.parser import text_string_to_metric_families

from ltmc_server.observability.durations import BOUNDS_S
from ltmc_server.observability.health import Health, State
from ltmc_server.observability.metrics import Metrics
from ltmc_server.observability.prometheus import Answers, exposition


@dataclass
class Cache:
    """A part that counts."""

    hits: int

    def figures(self) -> Mapping[str, float]:
        return {"hits_total": self.hits, "bytes": 2048.5}


def scrape(health: Health, answers: Answers | None = None) -> dict[tuple[str, ...], float]:
    """Return each sample by its name and the values of its labels, by the labels' names."""
    text = exposition(health, answers or {}).decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def well(**counted: Cache) -> Health:
    return Health(Metrics(), {}, required=frozenset(), counted=counted)


def test_parts_that_count_appear_by_themselves() -> None:
    cache = Cache(hits=3)
    health = well(memory_cache=cache)

    assert scrape(health)["ltmc_memory_cache_hits_total",] == 3
    assert scrape(health)["ltmc_memory_cache_bytes",] == 2048.5
    cache.hits = 4
    assert scrape(health)["ltmc_memory_cache_hits_total",] == 4


def test_a_store_is_up_or_down_and_one_that_is_not_used_is_neither() -> None:
    answers: dict[str, tuple[State, float]] = {
        "sqlite": ("connected", 1.5),
        "faiss": ("not loaded yet", 0.1),
        "graph": ("unreachable", 2000.0),
        "redis": ("disabled", 0.1),
    }

    said = scrape(well(), answers)

    up = {key[1]: value for key, value in said.items() if key[0] == "ltmc_store_up"}
    assert up == {"sqlite": 1, "faiss": 1, "graph": 0}
    assert said["ltmc_store_probe_seconds", "sqlite"] == 0.0015


@settings(deadline=None, max_examples=30)
@given(times_s=st.lists(st.floats(0, 700), min_size=1, max_size=100))
def test_buckets_only_rise_and_end_with_every_call(times_s: list[float]) -> None:
    health = well()
    for number, seconds in enumerate(times_s):
        health.metrics.record("chat_action", "log", seconds, failed=number % 3 == 0)
        health.metrics.stores["sqlite"].record(seconds)

    said = scrape(health)

    for name, labels in (
        ("ltmc_call_duration_seconds", ("log", "chat_action")),
        ("ltmc_store_duration_seconds", ("sqlite",)),
    ):
        buckets = [
            next(
                value
                for key, value in said.items()
                if key[0] == f"{name}_bucket" and str(bound) in key and set(labels) < set(key)
            )
            for bound in (*BOUNDS_S, "+Inf")
        ]
        assert buckets == sorted(buckets)
        assert buckets[-1] == said[f"{name}_count", *labels] == len(times_s)
        assert said[f"{name}_sum", *labels] == pytest.approx(sum(times_s))
    failed = len(times_s[::3])
    assert said["ltmc_calls_total", "log", "error", "chat_action"] == failed
    assert said["ltmc_calls_total", "log", "ok", "chat_action"] == len(times_s) - failed
    slow = sum(seconds > 0.3 for seconds in times_s)
    assert said["ltmc_sla_violations_total", "log", "chat_action"] == slow


@pytest.mark.anyio
async def test_a_scrape_beside_calls_is_whole() -> None:
    """A scrape runs in a thread: whatever is recorded meanwhile, what it says fits together."""
    health = well()
    with ThreadPoolExecutor(1) as thread, in_small_turns():
        for turn in range(10):
            reading = asyncio.wrap_future(thread.submit(scrape, health))
            for number in range(40):
                health.metrics.record("unix_action", f"a{turn}-{number}", 0.01, failed=False)
            said = await reading
            for key, value in said.items():
                if key[0] == "ltmc_call_duration_seconds_count":
                    assert value == said["ltmc_calls_total", key[1], "ok", key[2]]


@contextmanager
def in_small_turns() -> Iterator[None]:
    """Let threads take turns after every few steps, so that they meet each other half-way."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)
