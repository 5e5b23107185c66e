"""Layers as one cache: what a farther one has comes nearer, and all of it is counted."""

from pathlib import Path

import pytest

from ltmc_server.caching.in_process import InProcessCache
from ltmc_server.caching.interfaces import digest
from ltmc_server.caching.layered import Held, LayeredCache
from ltmc_server.caching.sqlite import SqliteCache
from tests.caching.conftest import SECRET

pytestmark = pytest.mark.anyio

KEY = digest("tea")


@pytest.fixture
def far(tmp_path: Path) -> SqliteCache:
    return SqliteCache(tmp_path / "cache.db", SECRET)


async def test_what_a_farther_layer_has_comes_nearer(far: SqliteCache) -> None:
    near = InProcessCache()
    cache = LayeredCache((near, far))
    await LayeredCache((far,)).set("queries", KEY, b"one", about="tea")
    assert await near.get("queries", KEY) is None

    assert await cache.get("queries", KEY, about="tea") == b"one"

    assert await near.get("queries", KEY) == b"one"
    assert await cache.forget("queries", "t?a") == {"memory": 1, "sqlite": 1}
    assert await cache.get("queries", KEY, about="tea") is None


async def test_each_layer_counts_what_it_was_asked(far: SqliteCache) -> None:
    cache = LayeredCache((InProcessCache(), far))
    await cache.get("queries", KEY, about="tea")
    await cache.set("queries", KEY, b"one", about="tea")
    await cache.get("queries", KEY, about="tea")

    held = await cache.held()

    memory = held["memory"]["queries"]
    assert (memory.hits, memory.misses, memory.entries) == (1, 1, 1)
    sqlite = held["sqlite"]["queries"]
    assert (sqlite.hits, sqlite.misses, sqlite.entries) == (0, 1, 1)
    assert held["memory"]["embeddings"] == Held(hits=0, misses=0, entries=0, bytes=0)
    assert cache.whole().hits == cache.whole().misses == 1


async def test_counters_begin_anew_and_entries_stay() -> None:
    cache = LayeredCache((InProcessCache(entries_max=1),))
    for number in range(3):
        await cache.get("queries", digest(str(number)), about="tea")
        await cache.set("queries", digest(str(number)), b"one", about="tea")
    assert cache.evicted() == {"memory": 2}

    assert cache.clear_counters() == 3

    assert cache.evicted() == {"memory": 0}
    assert cache.whole().misses == 0
    assert await cache.get("queries", digest("2"), about="tea") == b"one"


async def test_no_layers_keep_nothing() -> None:
    cache = LayeredCache(())
    await cache.set("queries", KEY, b"one", about="tea")

    assert await cache.get("queries", KEY, about="tea") is None
    assert await cache.forget("queries") == {}
