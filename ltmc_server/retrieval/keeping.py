"""Storing a text: cut, embedded where that takes no time, written, and the rest left to a job."""

from collections.abc import Awaitable, Callable

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Draft, Stored
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.stores.interfaces import DocumentStore


@dataclass(frozen=True, slots=True)
class Keeper:
    """Puts texts into the record."""

    documents: DocumentStore
    indexer: Indexer
    after_storing: Callable[[], Awaitable[None]]
    """Called when texts wait to be embedded."""

    async def keep(self, draft: Draft) -> Stored:
        """Store a text; it is durable and found by its words when this returns.

        Raises:
            Conflict: another version is stored than the draft expects.
        """
        made = await self.indexer.pieces(draft.content, draft.file_name)
        stored = await self.documents.put(draft, made.pieces, model=made.model)
        if stored.unembedded:
            await self.after_storing()
        return stored
