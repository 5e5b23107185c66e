"""cache_action: the state of the server, told as it is."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ltmc_server.caching.in_process import InProcessCache
from ltmc_server.caching.interfaces import KINDS, digest
from ltmc_server.caching.layered import Caches, LayeredCache
from ltmc_server.caching.sqlite import SqliteCache
from ltmc_server.errors import ConfirmationRequired, InvalidArguments
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
    health = Health(Metrics(), probes, required=frozenset({"sqlite"}))
    return CacheTool(health, lambda: 7, Caches(LayeredCache((InProcessCache(),))))


async def keep(tool: CacheTool, *questions: str) -> None:
    """Cache a vector and an answer of each question."""
    for question in questions:
        for kind in KINDS:
            await tool.caches.layered.set(kind, digest(question), b"x" * 100, about=question)


async def test_stats_count_the_calls_so_far() -> None:
    tool = cache()
    tool.health.metrics.record("memory_action", "store", 0.002, failed=False)
    tool.health.metrics.record("memory_action", "store", 0.004, failed=True)
    tool.health.metrics.record("todo_action", "add", 0.7, failed=False)

    stats = await tool.stats()

    assert stats["vector_index"] == {"vectors": 7}
    assert stats["redis_stats"] == {"why": "no Redis is configured; this server needs none"}
    assert stats["memory"]["peak_bytes"] > 1_000_000
    whole = stats["performance_metrics"]["all"]
    assert (whole.calls, whole.errors, whole.error_rate) == (3, 1, 0.3333)
    by_action = stats["performance_metrics"]["by_action"]
    assert {name: one.sla_violations for name, one in by_action.items()} == {
        "memory_action.store": 0,
        "todo_action.add": 1,
    }
    assert by_action["memory_action.store"].avg_response_time_ms == 3.0


async def test_stats_tell_what_is_cached_in_each_layer() -> None:
    tool = cache()
    await keep(tool, "tea")
    await tool.caches.layered.get("queries", digest("tea"), about="tea")
    await tool.caches.layered.get("queries", digest("coffee"), about="coffee")

    stats = await tool.stats()

    told = {name: stats["memory_cache"][name] for name in ("entries", "hits", "misses")}
    assert told == {"entries": 2, "hits": 1, "misses": 1}
    assert stats["memory_cache"]["evictions"] == 0
    assert 200 <= stats["memory_cache"]["bytes"] <= 2_000
    assert stats["cache_layers"]["memory"]["queries"].hits == 1
    assert stats["cache_layers"]["memory"]["embeddings"].entries == 1
    assert stats["connection_pool"]["why"].startswith("no Redis")


async def test_without_a_cache_stats_and_flush_say_so() -> None:
    tool = replace(cache(), caches=Caches(LayeredCache(())))

    assert (await tool.stats())["memory_cache"] == {"why": "LTMC_CACHE is false: nothing is cached"}
    flushed = await tool.flush(confirm=True)
    assert flushed["total_removed"] == 0
    assert "LTMC_CACHE" in flushed["removed"]["queries"]["why"]


async def test_flush_drops_one_kind_and_says_how_many() -> None:
    tool = cache()
    await keep(tool, "tea", "coffee")

    flushed = await tool.flush(cache_type="queries")

    assert flushed["removed"] == {"queries": {"memory": 2}}
    assert flushed["total_removed"] == 2
    assert (await tool.flush(cache_type="queries"))["total_removed"] == 0
    assert (await tool.flush(cache_type="embeddings"))["total_removed"] == 2


async def test_flush_drops_what_a_pattern_fits() -> None:
    tool = cache()
    await keep(tool, "what is green tea?", "coffee")

    flushed = await tool.flush(cache_type="all", pattern="*tea*", confirm=True)

    assert flushed["removed"]["queries"] == flushed["removed"]["embeddings"] == {"memory": 1}
    assert await tool.caches.layered.get("queries", digest("coffee"), about="coffee")


async def test_flush_of_everything_wants_to_be_meant() -> None:
    tool = cache()
    await keep(tool, "tea")

    with pytest.raises(ConfirmationRequired, match="everything that is cached"):
        await tool.flush()

    assert await tool.caches.layered.get("queries", digest("tea"), about="tea")


@pytest.mark.parametrize("kind", ["chunks", "resources"])
async def test_flush_says_of_kinds_that_are_not_cached_that_they_are_not(kind: str) -> None:
    flushed = await cache().run("flush", {"cache_type": kind})

    assert isinstance(flushed, dict)
    assert flushed["total_removed"] == 0
    assert "no copies are kept" in flushed["removed"][kind]["why"]


async def test_flush_that_could_not_be_done_says_so(tmp_path: Path) -> None:
    foreign = tmp_path / "cache.db"
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE theirs (x)")
    layers = (InProcessCache(), SqliteCache(foreign, b"secret"))
    tool = replace(cache(), caches=Caches(LayeredCache(layers)))
    await keep(tool, "tea")

    flushed = await tool.flush(cache_type="queries")

    assert flushed["removed"]["queries"]["memory"] == 1
    assert "can not be used" in flushed["removed"]["queries"]["sqlite"]["why"]
    assert flushed["total_removed"] == 1


@pytest.mark.parametrize(
    "arguments", [{"cache_type": "tea"}, {"pattern": ""}, {"pattern": "x" * 201}]
)
async def test_flush_refuses_what_it_does_not_know(arguments: dict[str, object]) -> None:
    with pytest.raises(InvalidArguments):
        await cache().run("flush", arguments)


async def test_reset_begins_to_count_anew_and_keeps_what_is_cached() -> None:
    tool = cache()
    tool.health.metrics.record("memory_action", "store", 0.002, failed=False)
    await keep(tool, "tea")
    await tool.caches.layered.get("queries", digest("tea"), about="tea")
    before = tool.health.metrics.since

    done = await tool.reset()

    assert done["calls_forgotten"] == done["cache_lookups_forgotten"] == 1
    assert done["redis"] == "disabled"
    assert done["since"] > before
    stats = await tool.stats()
    assert stats["performance_metrics"]["all"].calls == 0
    assert stats["memory_cache"]["hits"] == 0
    assert stats["memory_cache"]["entries"] == 2


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


@pytest.mark.parametrize("action", ["stats", "health_check", "reset"])
async def test_other_actions_take_no_parameters(action: str) -> None:
    with pytest.raises(InvalidArguments, match="top_k: is not a parameter"):
        await cache().run(action, {"top_k": 1})
