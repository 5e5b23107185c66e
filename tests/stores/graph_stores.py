"""Every store of links, opened empty."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ltmc_server.model import new_id
from ltmc_server.stores.bolt.connection import Bolt
from ltmc_server.stores.bolt.graph import BoltGraph
from ltmc_server.stores.graph import Link, LinkDraft
from ltmc_server.stores.in_memory.graph import InMemoryGraph
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.graph import SqliteGraph
from tests.bolt_server import BoltServer

Store = InMemoryGraph | SqliteGraph | BoltGraph
STORES = ("in_memory", "sqlite", "bolt")


@asynccontextmanager
async def opened(kind: str, server: BoltServer) -> AsyncIterator[Store]:
    if kind == "bolt":
        bolt = Bolt(server.address)
        try:
            # A view of its own: one server serves all tests.
            yield await BoltGraph.opened(bolt, new_id("view"))
        finally:
            await bolt.close()
        return
    if kind == "in_memory":
        yield InMemoryGraph()
        return
    file = "ltmc.db"
    with (
        TemporaryDirectory() as folder,
        Database.open(Path(folder) / file, durability="normal") as database,
    ):
        yield SqliteGraph(database)


def arrow(
    text: str, relation: str = "to", *, weight: float = 1.0, project: str = "here"
) -> LinkDraft:
    """Return a draft of a link, written as `a>b`."""
    source, _, target = text.partition(">")
    return LinkDraft(
        project_id=project, source_id=source, target_id=target, relation=relation, weight=weight
    )


async def linked(store: Store, *drafts: LinkDraft) -> list[Link]:
    return [one.link for one in await store.put(drafts)]
