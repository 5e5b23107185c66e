"""Memories as one of the kinds of things that a question across all of them may find."""

from collections.abc import Sequence

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Scope
from ltmc_server.retrieval.search import Retriever, best_of_each_document
from ltmc_server.stores.interfaces import Found


@dataclass(frozen=True, slots=True)
class MemoryFinder:
    """The `Finder` of memories: each by its best passage."""

    retriever: Retriever

    async def find(self, query: str, scope: Scope, *, limit: int) -> Sequence[Found]:
        ranked = await self.retriever.rank(query, scope, limit=limit)
        hits = await self.retriever.read(best_of_each_document(ranked)[:limit])
        return [
            Found(
                kind="memory",
                id=hit.passage.document.id,
                title=hit.passage.document.file_name,
                text=hit.passage.text,
                score=hit.score,
                created_at=hit.passage.document.created_at,
            )
            for hit in hits
        ]
