"""The caches of the record, if there are to be any."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ltmc_server.caching.layered import Caches, LayeredCache
from ltmc_server.caching.opening import Owner, open_caches
from ltmc_server.jobs import Jobs
from ltmc_server.settings import Settings
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.state import SqliteRecordState


@asynccontextmanager
async def caches(settings: Settings, database: Database, jobs: Jobs) -> AsyncIterator[Caches]:
    """Open them; they are closed when the block ends."""
    if not settings.cache:
        yield Caches(LayeredCache(()))
        return
    owner, file = Owner(*SqliteRecordState(database).owner()), settings.data_dir.expanduser()
    async with open_caches(owner, file / "cache.db", redis_url=settings.redis(), jobs=jobs) as all:
        yield all
