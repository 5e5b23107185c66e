"""Redis may die, hang, refuse, or be something else: no call fails, none waits long."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ltmc_server.caching.interfaces import CALL_S, digest
from ltmc_server.caching.redis import HEALTH_S, RedisCache
from ltmc_server.jobs import Jobs
from ltmc_server.observability.degraded import noting
from tests.caching.conftest import SECRET, reached
from tests.redis_server import RedisServer, free_port, redis_server

pytestmark = pytest.mark.anyio

KEY = digest("tea")
SLACK_S = 0.4
"""What a busy machine may add to a bound before we say that it was not kept."""


async def put(cache: RedisCache, value: bytes = b"one") -> set[str]:
    """Keep something; return what the call did without."""
    with noting() as missed:
        await cache.set("queries", KEY, value, about="tea", ttl_s=60)
    return missed


async def ask(cache: RedisCache) -> tuple[bytes | None, set[str]]:
    with noting() as missed:
        value = await cache.get("queries", KEY)
    return value, missed


async def tried(cache: RedisCache) -> None:
    """Wait for what goes on beside the calls."""
    assert cache.trying is not None
    await cache.trying


@asynccontextmanager
async def listening(answer: bytes | None) -> AsyncIterator[str]:
    """Open a port that answers everything with the same bytes, or with nothing; yield its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4_096):
            if answer is not None:
                writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.close()


async def test_a_server_that_dies_and_comes_back_is_used_again(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with reached(server.url) as cache:
            assert await put(cache) == set()
            assert await ask(cache) == (b"one", set())

            server.kill()
            assert await ask(cache) == (None, {"redis"})
            assert await put(cache) == {"redis"}
            assert await cache.forget("queries") is None
            assert await cache.info() is None
            assert await cache.ping() == "unreachable"
            await tried(cache)

            server.start()
            cache.breaker.retry_at = 0
            assert (await ask(cache))[0] is None
            await tried(cache)
            assert await put(cache) == set()
            assert await ask(cache) == (b"one", set())
            assert await cache.ping() == "connected"


async def test_while_it_is_killed_in_the_middle_of_calls_none_fails(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with reached(server.url) as cache:
            took: list[float] = []

            async def call(number: int) -> None:
                began = time.perf_counter()
                await put(cache, b"%d" % number)
                await ask(cache)
                took.append(time.perf_counter() - began)

            for round in range(6):
                calls = [asyncio.ensure_future(call(number)) for number in range(40)]
                await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
                if round % 2 == 0:
                    server.kill()
                await asyncio.gather(*calls)
                if round % 2 == 0:
                    server.start()

            assert len(took) == 240
            assert max(took) < 2 * CALL_S + SLACK_S


async def test_a_server_that_hangs_costs_one_call_its_bound_and_no_other(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with reached(server.url) as cache:
            assert await put(cache) == set()
            with server.hung():
                began = time.perf_counter()
                assert await ask(cache) == (None, {"redis"})
                assert time.perf_counter() - began < CALL_S + SLACK_S

                began = time.perf_counter()
                for _ in range(50):
                    assert await ask(cache) == (None, {"redis"})
                assert time.perf_counter() - began < CALL_S
                began = time.perf_counter()
                assert await cache.ping() == "unreachable"
                assert time.perf_counter() - began < HEALTH_S + SLACK_S
            assert await cache.ping() == "connected"
            assert await ask(cache) == (b"one", set())


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x00\xff\xfe" * 100,
        b"$5\r\nhello\r\n",
        b"+PONG\r\n",
        b":7\r\n",
        b"*2\r\n$1\r\na\r\n$1\r\nb\r\n",
        b"-ERR no\r\n",
        b"$-1\r\n",
        b"$99999999999\r\nx",
    ],
    ids=repr,
)
async def test_what_is_no_redis_makes_no_call_fail(answer: bytes | None) -> None:
    async with listening(answer) as url, Jobs.open() as jobs:
        cache = RedisCache(url, "r", SECRET, jobs)
        cache.start()
        await tried(cache)
        began = time.perf_counter()

        await put(cache)
        assert (await ask(cache))[0] is None
        assert await cache.forget("queries", "tea") in (None, 0, 7)
        await cache.info()
        await cache.reconnect()

        assert time.perf_counter() - began < 5 * HEALTH_S + SLACK_S
        await cache.close()


async def test_where_nobody_listens_calls_go_on() -> None:
    async with Jobs.open() as jobs:
        cache = RedisCache(f"redis://127.0.0.1:{free_port()}", "r", SECRET, jobs)
        cache.start()
        assert await ask(cache) == (None, set())  # it is only being looked for

        await tried(cache)

        assert await ask(cache) == (None, {"redis"})
        assert await cache.ping() == "unreachable"
        await cache.close()


async def test_an_address_that_the_driver_refuses_is_a_server_that_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Jobs.open() as jobs:
        cache = RedisCache("redis://:s3cret@127.0.0.1:99999", "r", SECRET, jobs)
        cache.start()
        await tried(cache)

        assert await ask(cache) == (None, {"redis"})
        assert await cache.ping() == "unreachable"
        assert "does not answer (ValueError)" in caplog.text
        assert "s3cret" not in caplog.text
        await cache.close()


async def test_with_a_wrong_password_calls_go_on_and_it_is_never_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with redis_server(tmp_path, password="right-one") as server:  # noqa: S106  of our own server
        async with Jobs.open() as jobs:
            url = server.url.replace("right-one", "s3cret-wr0ng")
            cache = RedisCache(url, "r", SECRET, jobs)
            cache.start()
            await tried(cache)

            assert await put(cache) == {"redis"}
            assert await cache.ping() == "unreachable"
            assert "s3cret" not in repr(cache) + caplog.text
            assert "does not answer (AuthenticationError)" in caplog.text
            await cache.close()
        async with reached(server.url) as cache:
            assert await cache.ping() == "connected"


async def test_a_full_server_is_still_read(tmp_path: Path) -> None:
    with redis_server(tmp_path, options=("--maxmemory", "5mb")) as server:
        async with reached(server.url) as cache:
            assert await put(cache) == set()
            assert cache.client is not None
            await cache.client.config_set("maxmemory", 1)

            assert await put(cache, b"two") == {"redis"}
            assert await ask(cache) == (b"one", set())


async def test_two_records_and_other_programs_keep_what_is_theirs(server: RedisServer) -> None:
    async with reached(server.url, record="aa") as one, reached(server.url, record="ab") as other:
        assert one.client is not None
        await one.client.set("ltmc:a:queries:00", "not ours")
        await put(one, b"one")
        await put(other, b"two")

        assert (await ask(one))[0] == b"one"
        assert (await ask(other))[0] == b"two"
        assert await one.forget("queries") == 1
        assert (await ask(other))[0] == b"two"
        assert await one.client.get("ltmc:a:queries:00") == b"not ours"


@pytest.mark.parametrize(
    "forge",
    [
        lambda kept: b"forged",
        lambda kept: kept[:-1] + b"x",
        lambda kept: b"",
    ],
)
async def test_what_others_have_written_is_not_believed(
    server: RedisServer, forge: Callable[[bytes], bytes]
) -> None:
    async with reached(server.url) as cache:
        await put(cache)
        assert cache.client is not None
        [name] = await cache.client.keys(f"ltmc:{cache.record}:*")
        kept = await cache.client.get(name)
        assert isinstance(kept, bytes)

        await cache.client.set(name, forge(kept))

        assert (await ask(cache))[0] is None


async def test_it_tells_of_the_server_and_of_its_connections(server: RedisServer) -> None:
    async with reached(server.url) as cache:
        info = await cache.info()

        assert info is not None
        assert info["connected_clients"] >= 1
        assert cache.connections() == {"active_connections": 0, "pool_size": 8, "queue_length": 0}
        calls = [asyncio.ensure_future(put(cache)) for _ in range(20)]
        await asyncio.sleep(0)
        assert cache.connections() == {"active_connections": 8, "pool_size": 8, "queue_length": 12}
        await asyncio.gather(*calls)


async def test_a_url_can_not_lift_our_bounds(server: RedisServer) -> None:
    async with reached(f"{server.url}?socket_timeout=99&max_connections=1") as cache:
        assert cache.client is not None
        options = cache.client.connection_pool.connection_kwargs
        assert options["socket_timeout"] == HEALTH_S
        assert await put(cache) == set()
