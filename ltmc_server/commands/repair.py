"""`ltmc repair`: make anew what is not as the record says; the record itself stays as it is.

Each step is one transaction of its own and may be done again, so it can be interrupted, and
servers may run meanwhile: they wait for a step as they do for each other.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Final

from ltmc_server.commands import record_checks, snapshot_checks, vector_checks
from ltmc_server.commands.embedders import embedder_of_record, made_by
from ltmc_server.commands.graph_checks import caught_up, reached, settled
from ltmc_server.composition.following import bolt_address
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.settings import Settings
from ltmc_server.stores.bolt.comparing import DIFFERENCES_MAX, Comparison
from ltmc_server.stores.bolt.connection import BoltAddress
from ltmc_server.stores.following import Follower
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges
from ltmc_server.stores.sqlite.mending import SqliteMending
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.vectors import to_blobs

EMBEDDED_AT_ONCE: Final = 64


async def repair(settings: Settings) -> AsyncGenerator[str]:
    """Mend every view; yield what was done, when it is done.

    Raises:
        StartError: the record can not be opened.
        StoreUnavailable: a step could not be done; those before it are.
    """
    file = settings.database()
    with Database.open(file, busy_timeout_s=settings.busy_timeout_s) as database:
        embedder = embedder_of_record(database.connection, settings)
        mending = _Mending(database, SqliteMending(database), embedder)
        with record_checks.opened(file) as db:
            indexes = [each.name for each in record_checks.words(db) if each.state != "true"]
            torn = list(record_checks.torn(db))
            miscounted = record_checks.conversations(db).named
        for table in indexes:
            await mending.record.index_words(table)
            yield f"{table}: indexed anew"
        for one in torn:
            yield f"{one.id} ({one.file_name}): {await mending.cut(one.id)}"
        if miscounted:
            await mending.record.count_conversations()
            yield "conversations: counted anew"
        with record_checks.opened(file) as db:
            wrong = [id for id, _ in vector_checks.broken(db, made_by(embedder))]
        for at in range(0, len(wrong), EMBEDDED_AT_ONCE):
            made = await mending.embed(wrong[at : at + EMBEDDED_AT_ONCE])
            yield f"vectors: {made} made"
        for snapshot in snapshot_checks.useless(file):
            snapshot.unlink(missing_ok=True)
            yield f"{snapshot.name}: deleted; a server that needs it makes it anew"
        address = bolt_address(settings)
        if address is not None:
            async for line in _mend_graph(database, address):
                yield line


@dataclass(frozen=True, slots=True)
class _Mending:
    """Repairs that need the embedder."""

    database: Database
    record: SqliteMending
    embedder: Embedder

    async def cut(self, document_id: str) -> str:
        """Cut a text into passages anew; say what came of it."""
        text = self.record.text(document_id)
        if text is None:
            return "its newest version is lost; older ones can be read with its versions"
        indexer = Indexer(SqlitePassages(self.database), lambda: self.embedder)
        pieces = await indexer.embedded(text.content, text.file_name)
        if not await self.record.write_passages(text, pieces, model=self.embedder.model):
            return "it was stored again meanwhile"
        return f"cut into {len(pieces)} passages anew"

    async def embed(self, ids: Sequence[int]) -> int:
        """Make the vectors of passages; return how many."""
        texts = self.record.passage_texts(ids)
        if not texts:
            return 0
        made = to_blobs(await self.embedder.embed([text for _, text in texts]))
        rows = [(id, vector) for (id, _), vector in zip(texts, made, strict=True)]
        return await self.record.write_vectors(rows, model=self.embedder.model)


async def _mend_graph(database: Database, address: BoltAddress) -> AsyncGenerator[str]:
    changes = SqliteLinkChanges(database)
    async with reached(address) as bolt:
        follower = Follower(changes, bolt)
        while not await follower.catch_up():
            # Another process is filling it, or began to and died: then it is ours in half a minute.
            yield "graph: another server is filling it; waiting"
            assert follower.view is not None
            await caught_up(changes, follower.view)
        view = follower.view
        assert view is not None, "what was caught up with is there"
        found = await settled(changes, view)
        if _is_too_much(found):
            while not await follower.refill():
                await caught_up(changes, view)
            yield f"graph: filled anew with {found.links} links and {found.memories} memories"
        elif not found.are_equal:
            # In the log they come in order with what servers do at the same time.
            await changes.log_again(list(found.differing_links), list(found.differing_memories))
            await follower.catch_up()
            links, memories = len(found.differing_links), len(found.differing_memories)
            yield f"graph: {links} links and {memories} memories put right"
        if found.left_over or "" in found.differing_links:
            await view.drop_left_over(found.left_over)
            yield "graph: what was left over is removed"
        await changes.followed(follower.name, follower.position)


def _is_too_much(found: Comparison) -> bool:
    return DIFFERENCES_MAX in (len(found.differing_links), len(found.differing_memories))
