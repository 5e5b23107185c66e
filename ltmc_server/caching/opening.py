"""The caches of one server, chosen and joined; closed when it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ltmc_server.caching.in_process import InProcessCache
from ltmc_server.caching.layered import Caches, LayeredCache
from ltmc_server.caching.sqlite import SqliteCache
from ltmc_server.dataclass import dataclass
from ltmc_server.jobs import Jobs


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose entries they are: the id and the secret of a record."""

    record: str
    secret: bytes


@asynccontextmanager
async def open_caches(
    owner: Owner, file: Path, *, redis_url: str, jobs: Jobs
) -> AsyncIterator[Caches]:
    """Join the memory of the process with Redis, or without one with a file.

    Args:
        owner: the record that the answers are from.
        file: where to keep them when there is no Redis.
        redis_url: where Redis is; empty for none.
        jobs: what reaches for Redis beside the calls.
    """
    near = InProcessCache()
    if redis_url:
        # Most servers have none, and start without what speaks to one.
        from ltmc_server.caching.redis import RedisCache

        redis = RedisCache(redis_url, owner.record, owner.secret, jobs)
        redis.start()
        try:
            yield Caches(LayeredCache((near, redis)), redis)
        finally:
            await redis.close()
    else:
        shared = SqliteCache(file, owner.secret)
        try:
            yield Caches(LayeredCache((near, shared)))
        finally:
            shared.close()
