"""cache_action: the state of the server, told as it is."""

import pytest

from ltmc_server.errors import InvalidArguments
from ltmc_server.observability.health import Health, Probe, State
from ltmc_server.observability.metrics import Metrics
from ltmc_server.tools.cache import CacheTool

pytestmark = pytest.mark.anyio


def cache(**states: State) -> CacheTool:
    """Return the tool over stores in these states; sqlite is the one that is needed."""

    def probe(state: State) -> Probe:
        async def answer() -> State:
            return state

        return answer

    probes = {name: probe(state) for name, state in states.items()}
    return CacheTool(Health(Metrics(), probes, required=frozenset({"sqlite"})), lambda: 7)


async def test_stats_count_the_calls_so_far() -> None:
    tool = cache()
    tool.health.metrics.record("memory_action", "store", 0.002, failed=False)
    tool.health.metrics.record("memory_action", "store", 0.004, failed=True)

    stats = await tool.stats()

    assert stats["vector_index"] == {"vectors": 7}
    assert stats["redis_stats"] == {"why": "no Redis is configured; this server needs none"}
    assert stats["memory"]["peak_bytes"] > 1_000_000
    whole = stats["performance_metrics"]["all"]
    assert (whole.calls, whole.errors, whole.error_rate) == (2, 1, 0.5)
    assert whole.avg_response_time_ms == 3.0
    assert list(stats["performance_metrics"]["by_action"]) == ["memory_action.store"]


async def test_a_server_whose_stores_answer_is_healthy() -> None:
    report = await cache(sqlite="connected", faiss="loaded", redis="disabled").health_check()

    assert report["status"] == "healthy"
    assert report["database_connections"] == {
        "sqlite": "connected",
        "faiss": "loaded",
        "redis": "disabled",
    }
    assert all(took >= 0 for took in report["response_time_ms"].values())
    assert report["performance_sla"]["memory_action"].state == "NO_DATA"


async def test_without_a_store_that_is_needed_the_server_is_unhealthy() -> None:
    assert (await cache(sqlite="unreachable").health_check())["status"] == "unhealthy"


async def test_without_another_store_it_is_degraded() -> None:
    report = await cache(sqlite="connected", redis="unreachable").health_check()

    assert report["status"] == "degraded"


@pytest.mark.parametrize("action", ["stats", "health_check"])
async def test_neither_action_takes_parameters(action: str) -> None:
    with pytest.raises(InvalidArguments, match="top_k: is not a parameter"):
        await cache().run(action, {"top_k": 1})
