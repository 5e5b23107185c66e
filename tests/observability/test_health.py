"""Promises held against what was measured."""

import pytest

from ltmc_server.observability.health import Health, State, memory_bytes
from ltmc_server.observability.metrics import TARGETS_S, Metrics

HEALTH = Health(Metrics(), {}, required=frozenset({"sqlite"}))


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ({}, "healthy"),
        ({"sqlite": "connected", "faiss": "not loaded yet", "redis": "disabled"}, "healthy"),
        ({"sqlite": "connected", "redis": "unreachable"}, "degraded"),
        ({"sqlite": "unreachable", "redis": "unreachable"}, "unhealthy"),
    ],
)
def test_the_worst_store_decides(states: dict[str, State], status: str) -> None:
    assert HEALTH.status(states) == status


def test_before_the_first_call_there_is_nothing_to_judge() -> None:
    slas = HEALTH.slas()

    assert set(TARGETS_S) < set(slas)
    unknown = {name for name, sla in slas.items() if sla.state == "NO_DATA"}
    assert unknown == set(slas) - {"memory"}
    assert slas["memory_action"].measured is None


def test_a_promise_is_kept_or_broken_by_what_was_measured() -> None:
    health = Health(Metrics(), {}, required=frozenset())
    health.metrics.record("memory_action", "store", 0.01, failed=False)
    health.metrics.record("cache_action", "stats", 0.5, failed=True)

    slas = health.slas()

    assert (slas["memory_action"].state, slas["memory_action"].target) == ("PASSING", 1.0)
    assert slas["memory_action"].measured == pytest.approx(0.01, rel=0.011)
    assert slas["cache_action"].state == "VIOLATED"
    assert slas["todo_action"].state == "NO_DATA"
    assert (slas["errors"].state, slas["errors"].measured) == ("VIOLATED", 0.5)
    assert slas["mean_call"].state == "PASSING"


def test_memory_is_measured_in_bytes() -> None:
    assert 10_000_000 < memory_bytes() < 10_000_000_000
