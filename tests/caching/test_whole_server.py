"""A whole server with Redis behind it: what callers see when it dies, and when it is back."""

import asyncio
import logging
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.caching.interfaces import CALL_S
from ltmc_server.dispatch import Dispatcher
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.redis_server import redis_server
from tests.wire import Wire

pytestmark = pytest.mark.anyio

PASSWORD = "s3cret-p4ss"  # noqa: S105  of our own server


def settings(folder: Path, url: str) -> Settings:
    return Settings.model_validate(
        {"data_dir": folder, "project_id": "tea", "durability": "normal", "redis_url": url}
    )


async def call(dispatcher: Dispatcher, tool: str, **arguments: object) -> dict[str, Any]:
    reply = await dispatcher.call(f"{tool}_action", arguments)
    assert not reply.is_error, reply.payload
    return reply.payload


async def retrieve(dispatcher: Dispatcher, query: str) -> dict[str, Any]:
    return await call(dispatcher, "memory", action="retrieve", query=query)


async def is_reached(dispatcher: Dispatcher) -> str:
    health = await call(dispatcher, "cache", action="health_check")
    return f"{health['status']}, {health['database_connections']['redis']}"


async def be_reached(dispatcher: Dispatcher) -> None:
    """Return when Redis is reached: on a busy machine its first answer may come too late."""
    async with asyncio.timeout(20):
        while await is_reached(dispatcher) != "healthy, connected":
            await call(dispatcher, "cache", action="reset")


async def test_redis_dies_and_comes_back_and_no_call_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[object] = []
    with redis_server(tmp_path, password=PASSWORD) as server:
        async with open_dispatcher(settings(tmp_path, server.url)) as dispatcher:
            await call(dispatcher, "memory", action="store", file_name="a", content="green tea")
            await be_reached(dispatcher)
            found = await retrieve(dispatcher, "tea 0")
            assert "degraded" not in found
            seen.append(await call(dispatcher, "cache", action="stats"))

            server.kill()
            for number in range(1, 4):
                began = time.perf_counter()
                gone = await retrieve(dispatcher, f"tea {number}")
                assert time.perf_counter() - began < 4 * CALL_S
                assert gone["degraded"] == ["redis"]
                assert [one["id"] for one in gone["documents"]] == [found["documents"][0]["id"]]
            assert await is_reached(dispatcher) == "degraded, unreachable"
            flushed = await call(dispatcher, "cache", action="flush", cache_type="queries")
            assert "Redis did not answer" in flushed["removed"]["queries"]["redis"]["why"]
            assert flushed["degraded"] == ["redis"]
            seen += [gone, flushed, await call(dispatcher, "cache", action="stats")]

            server.start()
            reset = await call(dispatcher, "cache", action="reset")
            assert reset["redis"] == "connected"
            assert "degraded" not in await retrieve(dispatcher, "tea 9")
            assert await is_reached(dispatcher) == "healthy, connected"
            seen += [reset, dispatcher.tools["cache_action"]]
    assert PASSWORD not in caplog.text + repr(seen)


async def test_two_servers_on_one_record_share_answers(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        chosen = settings(tmp_path, server.url)
        async with open_dispatcher(chosen) as one, open_dispatcher(chosen) as other:
            await be_reached(one)
            await be_reached(other)
            await call(one, "memory", action="store", file_name="a", content="green tea")
            first = await retrieve(one, "tea")
            assert await retrieve(one, "tea") == first

            assert await retrieve(other, "tea") == first

            stats = await call(other, "cache", action="stats")
            assert stats["cache_layers"]["redis"]["queries"] == {"hits": 1, "misses": 0}
            assert stats["redis_stats"]["connected_clients"] >= 2
            assert stats["redis_stats"]["keyspace_hits"] == 1
            assert stats["connection_pool"]["pool_size"] == 8
            flushed = await call(one, "cache", action="flush", cache_type="queries")
            assert flushed["removed"] == {"queries": {"memory": 1, "redis": 1}}
            assert not (tmp_path / "cache.db").exists()


async def test_redis_dies_under_many_calls(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with open_dispatcher(settings(tmp_path, server.url)) as dispatcher:
            await call(dispatcher, "memory", action="store", file_name="a", content="green tea")
            await be_reached(dispatcher)
            calls = [asyncio.ensure_future(retrieve(dispatcher, f"tea {n}")) for n in range(60)]
            await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
            server.kill()

            found = await asyncio.gather(*calls)

            assert [len(each["documents"]) for each in found] == [1] * 60
            # All of those may have been past their reads when it died.
            assert (await retrieve(dispatcher, "tea"))["degraded"] == ["redis"]


async def test_without_redis_answers_are_shared_through_a_file(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path, project_id="tea")
    async with open_dispatcher(chosen) as one, open_dispatcher(chosen) as other:
        await call(one, "memory", action="store", file_name="a", content="green tea")
        first = await retrieve(one, "tea")
        assert await retrieve(one, "tea") == first

        assert await retrieve(other, "tea") == first

        stats = await call(other, "cache", action="stats")
        assert stats["cache_layers"]["sqlite"]["queries"]["hits"] == 1
        assert (tmp_path / "cache.db").exists()


async def test_without_a_cache_nothing_is_kept(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path, project_id="tea", cache=False)
    async with open_dispatcher(chosen) as dispatcher:
        await retrieve(dispatcher, "tea")

        assert not (tmp_path / "cache.db").exists()


def test_a_server_without_redis_does_not_import_its_driver(tmp_path: Path) -> None:
    code = """
import asyncio, sys
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
async def main():
    async with open_dispatcher(Settings()) as dispatcher:
        await dispatcher.call("memory_action", {"action": "retrieve", "query": "tea"})
asyncio.run(main())
sys.exit("redis" in sys.modules)
"""
    with Wire.open(tmp_path, command=(sys.executable, "-c", code), greet=False) as wire:
        assert wire.process.wait(20) == 0
