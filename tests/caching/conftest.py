"""Every implementation of a cache, and a way to let time pass for it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ulid import ULID

from ltmc_server.caching.in_process import InProcessCache
from ltmc_server.caching.interfaces import Cache
from ltmc_server.caching.redis import RedisCache
from ltmc_server.caching.sqlite import SqliteCache
from ltmc_server.jobs import Jobs
from tests.redis_server import RedisServer, redis_server

SECRET = b"sixteen bytes.. "


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    moment: float = 1_000_000.0

    def __call__(self) -> float:
        return self.moment


@dataclass(frozen=True)
class Tried:
    """A cache under test."""

    cache: Cache
    later: Callable[[float], Awaitable[None]]
    """Let so many seconds pass for it."""


@dataclass(frozen=True)
class Place:
    """Where a cache may be made."""

    folder: Path
    server: RedisServer
    clock: Clock = field(default_factory=Clock)

    async def move_clock(self, seconds: float) -> None:
        self.clock.moment += seconds


@asynccontextmanager
async def in_process(place: Place) -> AsyncIterator[Tried]:
    yield Tried(InProcessCache(clock=place.clock), place.move_clock)


@asynccontextmanager
async def sqlite(place: Place) -> AsyncIterator[Tried]:
    cache = SqliteCache(place.folder / "cache.db", SECRET, clock=place.clock)
    yield Tried(cache, place.move_clock)
    cache.close()


@asynccontextmanager
async def redis(place: Place) -> AsyncIterator[Tried]:
    async with reached(place.server.url) as cache:

        async def later(seconds: float) -> None:
            """Age every entry of the server."""
            assert cache.client is not None
            for name in await cache.client.keys("*"):
                left_ms = await cache.client.pttl(name)
                await cache.client.pexpire(name, max(0, left_ms - round(seconds * 1e3)))

        yield Tried(cache, later)


@asynccontextmanager
async def reached(url: str, *, record: str = "") -> AsyncIterator[RedisCache]:
    """Open a cache in a server that answers; of a record of its own, if none is named."""
    async with Jobs.open() as jobs:
        cache = RedisCache(url, record or str(ULID()).lower(), SECRET, jobs)
        cache.start()
        assert cache.trying is not None
        await cache.trying
        yield cache
        await cache.close()


CACHES: dict[str, Callable[[Place], AbstractAsyncContextManager[Tried]]] = {
    "in_process": in_process,
    "sqlite": sqlite,
    "redis": redis,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture(params=CACHES)
async def tried(
    request: pytest.FixtureRequest, tmp_path: Path, server: RedisServer
) -> AsyncIterator[Tried]:
    async with CACHES[request.param](Place(tmp_path, server)) as opened:
        yield opened
