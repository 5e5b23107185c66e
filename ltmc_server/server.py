"""A server: its stores opened, its tools joined, and one client or many served."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ltmc_server.composition.caches import caches
from ltmc_server.composition.following import follow
from ltmc_server.composition.health import health
from ltmc_server.composition.letta import letta
from ltmc_server.composition.parts import Parts
from ltmc_server.composition.searching import searching
from ltmc_server.composition.tools import tools
from ltmc_server.dispatch import Dispatcher
from ltmc_server.jobs import Jobs
from ltmc_server.observability.health import age_s
from ltmc_server.observability.metrics import Metrics
from ltmc_server.settings import Settings
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.merging import Merging


@asynccontextmanager
async def open_dispatcher(settings: Settings) -> AsyncIterator[Dispatcher]:
    """Open the stores, hand each tool the ones it needs, and close them again.

    Raises:
        StartError: the data folder or the database in it cannot be used.
    """
    metrics = Metrics()
    with Database.open(
        settings.database(),
        durability=settings.durability,
        busy_timeout_s=settings.busy_timeout_s,
        times=metrics.stores["sqlite"],
    ) as database:
        # Jobs end before the record that they work on is closed.
        async with (
            Jobs.open() as jobs,
            caches(settings, database, jobs) as cached,
            searching(settings, database, jobs, cached) as search,
            letta(settings, jobs) as bridge,
        ):
            follower = follow(settings, database, jobs)
            parts = Parts(database, metrics, jobs, cached, search, follower, bridge)
            state = health(parts)
            jobs.start("watch", state.watch)
            jobs.start("merging", Merging(database).run)
            yield Dispatcher(
                tools(settings, parts, state),
                metrics=metrics,
                response_bytes_max=settings.response_bytes_max,
                health=state,
            )


async def run_stdio(settings: Settings, *, on_sdk: bool = False) -> None:
    """Serve one client over stdin and stdout until it hangs up.

    Args:
        settings: where and how.
        on_sdk: use the transport of the MCP SDK; files in place of pipes always need it.
    """
    from ltmc_server.protocol.pipes import pipes_will_do, serve_pipes
    from ltmc_server.protocol.session import Session

    async with open_dispatcher(settings) as dispatcher:
        dispatcher.metrics.start_s = age_s()
        if not on_sdk and pipes_will_do():
            await serve_pipes(Session(dispatcher))
        else:
            from ltmc_server.protocol.server import mcp_server
            from ltmc_server.protocol.stdio import serve_stdio

            await serve_stdio(mcp_server(dispatcher))


async def run_http(settings: Settings, address: str) -> None:
    """Serve any number of clients over HTTP until a signal ends it.

    Args:
        settings: where and how.
        address: `HOST:PORT` to listen on; port 0 is any that is free.

    Raises:
        StartError: the address is taken, or others could reach it without a token.
    """
    from ltmc_server.protocol.http import listen, serve_http

    with listen(address, settings) as socket:
        async with open_dispatcher(settings) as dispatcher:
            await serve_http(dispatcher, socket, settings)
