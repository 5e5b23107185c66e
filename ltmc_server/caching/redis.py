"""A cache in a Redis or Valkey server, shared by hosts. It may be away: no call waits for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import anyio

from ltmc_server.caching.breaker import Breaker
from ltmc_server.caching.interfaces import CALL_S, VALUE_BYTES_MAX, Kind, Reached, Size
from ltmc_server.caching.patterns import Fits
from ltmc_server.caching.sealing import Opened, seal, unseal
from ltmc_server.dataclass import dataclass
from ltmc_server.jobs import Jobs
from ltmc_server.observability.degraded import did_without
from ltmc_server.threads import in_thread

if TYPE_CHECKING:
    from redis.asyncio import Redis

_T = TypeVar("_T")

log = logging.getLogger(__name__)

CONNECTIONS_MAX: Final = 8
HEALTH_S: Final = 0.5
"""Longest wait for an answer where the call is about Redis itself."""

BATCH: Final = 500
"""Keys that are looked at in one go when flushing; Redis serves others between two of them."""

FLUSH_S: Final = 10.0
"""Longest flush. It walks through every key of the database, those of others too."""


@dataclass
class RedisCache:
    """A `Cache` whose keys are `ltmc:<record>:<kind>:<digest>`; it touches no others."""

    name: ClassVar[str] = "redis"

    url: str = field(repr=False)
    record: str
    """Id of the record: two records never share an entry."""
    secret: bytes = field(repr=False)
    """The record's, for seals."""
    jobs: Jobs
    breaker: Breaker = field(default_factory=Breaker)
    evicted: int = 0
    """None by us: the server has a bound of its own."""
    client: "Redis | None" = field(default=None, repr=False)
    trying: asyncio.Task[None] | None = field(default=None, repr=False)
    """The one attempt to reach the server that goes on beside the calls."""

    def start(self) -> None:
        """Begin to reach the server; calls go on without it until it has answered."""
        if self.trying is None or self.trying.done():
            self.trying = self.jobs.start("reaching Redis", self._try)

    async def get(self, kind: Kind, key: bytes) -> bytes | None:
        sealed = await self._ask(lambda redis: redis.get(self._name(kind, key)))
        opened = unseal(self.secret, self._bound(kind, key), sealed)
        return opened.value if opened else None

    async def set(self, kind: Kind, key: bytes, value: bytes, *, about: str, ttl_s: float) -> None:
        if len(value) > VALUE_BYTES_MAX:
            return
        sealed = seal(self.secret, self._bound(kind, key), Opened(about, value))
        name, ttl_ms = self._name(kind, key), max(1, round(ttl_s * 1e3))
        await self._ask(lambda redis: redis.set(name, sealed, px=ttl_ms))

    async def forget(self, kind: Kind, pattern: str = "*") -> int | None:
        fits = Fits(pattern)

        async def work(redis: "Redis") -> int:
            dropped = 0
            async for names in self._batches(redis, kind):
                chosen = names if fits.every else await self._fitting(redis, kind, names, fits)
                dropped += await redis.unlink(*chosen) if chosen else 0
            return dropped

        return await self._ask(work, within_s=FLUSH_S)

    async def sizes(self) -> Mapping[Kind, Size] | None:
        return None

    async def ping(self) -> Reached:
        if self.client is None and self.trying is not None:
            await asyncio.wait({self.trying}, timeout=HEALTH_S)
        answered = await self._ask(lambda redis: redis.ping(), within_s=HEALTH_S, anyway=True)
        return "connected" if answered is True else "unreachable"

    async def info(self) -> Mapping[str, Any] | None:
        told = await self._ask(lambda redis: redis.info(), within_s=HEALTH_S)
        return told if isinstance(told, dict) else None

    async def reconnect(self) -> Reached:
        if self.client is None:
            self.start()
        else:
            with suppress(Exception):
                async with asyncio.timeout(CALL_S):
                    await self.client.connection_pool.disconnect()
        return await self.ping()

    async def close(self) -> None:
        """Hang up."""
        if self.trying is not None:
            self.trying.cancel()
            await asyncio.wait({self.trying}, timeout=CALL_S)
        if self.client is not None:
            with suppress(Exception):
                async with asyncio.timeout(CALL_S):
                    await self.client.aclose()

    def connections(self) -> Mapping[str, int]:
        now = self._limit.statistics()
        return {
            "active_connections": now.borrowed_tokens,
            "pool_size": CONNECTIONS_MAX,
            "queue_length": now.tasks_waiting,
        }

    async def _ask(
        self,
        work: "Callable[[Redis], Awaitable[_T]]",
        *,
        within_s: float = CALL_S,
        anyway: bool = False,
    ) -> _T | None:
        """Put a question to the server; None, and the call notes it, where there is no answer."""
        if self.client is None or (self.breaker.is_open and not anyway):
            self._go_on_without()
            return None
        try:
            async with asyncio.timeout(within_s), self._limit:
                answer = await work(self.client)
        except Exception as error:  # noqa: BLE001  a server that is no Redis makes the driver raise anything
            self._failed(error)
            did_without(self.name)
            return None
        self.breaker.worked()
        return answer

    def _go_on_without(self) -> None:
        if self.breaker.is_open:
            did_without(self.name)
        if self.breaker.is_due:
            self.start()

    def _failed(self, error: Exception) -> None:
        from redis.exceptions import ResponseError

        # Of an error only the kind is told: its text may hold what the URL does.
        cause = type(error).__name__
        if isinstance(error, ResponseError):
            # It is there and refuses, at once: full, read only, or a right that is missing.
            log.debug("Redis refuses: %s", cause)
            return
        first = not self.breaker.is_open
        self.breaker.failed(cause)
        if first:
            log.warning("Redis does not answer (%s); calls go on without it", cause)
            # It may have been this process that was slow: then it is back at once.
            self.start()

    async def _try(self) -> None:
        if self.client is None:
            make = partial(_client, self.url)
            try:
                # In a thread: the driver takes a quarter of a second to import.
                self.client = await in_thread(make, abandon_on_cancel=True)
            except Exception as error:  # noqa: BLE001  whatever is wrong with the address
                self._failed(error)
                return
        was_open = self.breaker.is_open
        await self._ask(lambda redis: redis.ping(), within_s=HEALTH_S, anyway=True)
        if was_open and not self.breaker.is_open:
            log.warning("Redis answers again")

    async def _batches(self, redis: "Redis", kind: Kind) -> AsyncIterator[list[bytes]]:
        cursor = 0
        while True:
            cursor, names = await redis.scan(
                cursor, match=f"ltmc:{self.record}:{kind}:*", count=BATCH
            )
            yield [name for name in names if isinstance(name, bytes)]
            if cursor == 0:
                return

    async def _fitting(
        self, redis: "Redis", kind: Kind, names: list[bytes], fits: Fits
    ) -> list[bytes]:
        sealed = await redis.mget(names) if names else []
        keys = [bytes.fromhex(name.rpartition(b":")[2].decode()) for name in names]
        opened = [
            unseal(self.secret, self._bound(kind, key), each)
            for key, each in zip(keys, sealed, strict=True)
        ]
        return [name for name, each in zip(names, opened, strict=True) if each and fits(each.about)]

    def _name(self, kind: Kind, key: bytes) -> str:
        return f"ltmc:{self.record}:{kind}:{key.hex()}"

    def _bound(self, kind: Kind, key: bytes) -> bytes:
        return kind.encode() + key

    @cached_property
    def _limit(self) -> anyio.CapacityLimiter:
        return anyio.CapacityLimiter(CONNECTIONS_MAX)


def _client(url: str) -> "Redis":
    from redis.asyncio import ConnectionPool, Redis
    from redis.asyncio.connection import parse_url
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    ours: dict[str, Any] = {
        "max_connections": CONNECTIONS_MAX,
        "socket_timeout": HEALTH_S,
        "socket_connect_timeout": HEALTH_S,
        "retry": Retry(NoBackoff(), 0),
        "retry_on_timeout": False,
        "decode_responses": False,
        # RESP2, and nothing told of us: servers of any age understand the first line.
        "protocol": 2,
        "driver_info": None,
    }
    # What is ours stands over what the URL may say.
    return Redis.from_pool(ConnectionPool(**{**parse_url(url), **ours}))
