"""The bridge to a Letta server, where the settings name one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ltmc_server.composition.parts import Parts
from ltmc_server.jobs import Jobs
from ltmc_server.protocol.published import LETTA, published
from ltmc_server.settings import Settings
from ltmc_server.workspace.confinement import Workspace

if TYPE_CHECKING:
    from ltmc_server.letta.client import LettaClient
    from ltmc_server.tools.letta import LettaTool


@asynccontextmanager
async def letta(settings: Settings, jobs: Jobs) -> "AsyncIterator[LettaClient | None]":
    """Make a client; it connects when it is first asked, and is imported beside the calls."""
    if not settings.publishes(LETTA):
        yield None
        return
    from ltmc_server.letta.client import LettaClient

    client = LettaClient(settings)
    jobs.start("importing what speaks to Letta", client.warm)
    try:
        yield client
    finally:
        await client.aclose()


def letta_names() -> Mapping[str, str]:
    """Return what clients call each of the actions, without importing them."""
    names = [str(one["name"]) for one in published()[LETTA]]
    return {name: name.removeprefix(f"{LETTA}_") for name in names}


def letta_tool(settings: Settings, parts: Parts, place: Workspace, project: str) -> "LettaTool":
    """Join the actions with the server that they are for."""
    from ltmc_server.retrieval.keeping import Keeper
    from ltmc_server.stores.sqlite.documents import SqliteDocuments
    from ltmc_server.tools.letta import LettaTool
    from ltmc_server.tools.letta.batching import Batching

    assert parts.letta, "without a server for it the tool is not published"
    search = parts.search
    return LettaTool(
        letta=parts.letta,
        model=settings.letta_model,
        embedding=settings.letta_embedding,
        batching=Batching(
            metrics=parts.metrics,
            at_once=settings.letta_pool_size,
            bytes_max=settings.response_bytes_max,
        ),
        keeper=Keeper(SqliteDocuments(parts.database), search.indexer, search.backlog.stored),
        project=project,
        workspace=place,
    )
