"""What finds texts by meaning, joined once for all tools."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from ltmc_server.caching.layered import Caches
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.caching import CachingEmbedder
from ltmc_server.embedding.choosing import choose, embedder_of
from ltmc_server.embedding.current import CurrentEmbedder, name_of
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.jobs import Jobs
from ltmc_server.retrieval.backlog import Backlog
from ltmc_server.retrieval.caching import CachingRetriever
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.reembedding import Reembedding
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.view import VectorView
from ltmc_server.settings import Settings
from ltmc_server.stores.faiss.keeping import FaissKeeper
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.embedding import SqliteEmbedding
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.snapshots import SqliteSnapshotMarks
from ltmc_server.stores.sqlite.state import SqliteRecordState

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Searching:
    """What finds texts by meaning, joined once for all tools."""

    indexer: Indexer
    retriever: Retriever
    view: VectorView
    backlog: Backlog
    waiting: Callable[[], int]
    """How many passages are stored and not embedded."""
    reembedding: Reembedding


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one question asks of the record again and again."""

    passages: SqlitePassages
    vectors: SqliteEmbedding

    async def settle(self, backlog: Backlog) -> int:
        """Begin a question: look up what others wrote, and wait for texts without vectors."""
        self.passages.database.read("looking for writes", self.passages.standing.begin)
        return await backlog.settle() if self.waiting() else 0

    def model(self) -> str | None:
        return self._standing("model", self.vectors.model)

    def waiting(self) -> int:
        return self._standing("waiting", self.vectors.waiting)

    def _standing(self, name: str, read: Callable[[], _T]) -> _T:
        return self.passages.standing.get(self.passages.database.connection, name, read)


@asynccontextmanager
async def searching(
    settings: Settings, database: Database, jobs: Jobs, cached: Caches
) -> AsyncIterator[Searching]:
    """Join the record's vectors with the embedder that makes more of them.

    Raises:
        StartError: the settings name an embedder that is not to be had.
    """
    chosen, is_off = choose(settings), settings.embedding == "none"
    passages, vectors = SqlitePassages(database), SqliteEmbedding(database)
    model = name_of(chosen.embedder)
    if model is not None and vectors.model() is None:
        await vectors.settle(model)
    asked = _Asked(passages, vectors)
    found = partial(embedder_of, settings=settings)
    current = CurrentEmbedder(chosen.embedder, asked.model, found)

    def questions() -> Embedder:
        return CachingEmbedder(current(), cached.layered)

    keeper = FaissKeeper(database.file.parent, SqliteSnapshotMarks(database), jobs)
    view = VectorView(keeper.new_index, passages, passages, keeper)
    backlog = Backlog(vectors, vectors, current, jobs, is_off)
    reembedding = Reembedding(vectors, vectors, chosen.embedder, jobs)
    # What a server before this one did not come to.
    reembedding.resume()
    if vectors.waiting():
        backlog.poke()
    try:
        yield Searching(
            indexer=Indexer(passages, current),
            retriever=CachingRetriever(
                passages,
                view,
                Meaning(questions, partial(asked.settle, backlog), chosen.fallback, is_off),
                cache=cached.layered,
                record=SqliteRecordState(database),
            ),
            view=view,
            backlog=backlog,
            waiting=asked.waiting,
            reembedding=reembedding,
        )
    finally:
        await keeper.aclose()
        await current.aclose()
