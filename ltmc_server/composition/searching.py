"""What finds texts by meaning, joined once for all tools."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ltmc_server.caching.layered import Caches
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


@dataclass(frozen=True, slots=True)
class Searching:
    """What finds texts by meaning, joined once for all tools."""

    indexer: Indexer
    retriever: Retriever
    view: VectorView
    backlog: Backlog
    reembedding: Reembedding


@asynccontextmanager
async def searching(
    settings: Settings, database: Database, jobs: Jobs, cached: Caches
) -> AsyncIterator[Searching]:
    """Join the record's vectors with the embedder that makes more of them.

    Raises:
        StartError: the settings name an embedder that is not to be had.
    """
    chosen = choose(settings)
    passages, vectors = SqlitePassages(database), SqliteEmbedding(database)
    model = name_of(chosen.embedder)
    if model is not None and vectors.model() is None:
        await vectors.settle(model)
    current = CurrentEmbedder(
        chosen.embedder, vectors.model, lambda model: embedder_of(model, settings)
    )

    def questions() -> Embedder:
        return CachingEmbedder(current(), cached.layered)

    keeper = FaissKeeper(database.file.parent, SqliteSnapshotMarks(database), jobs)
    view = VectorView(keeper.new_index, passages, passages, keeper)
    backlog = Backlog(vectors, vectors, current, jobs)
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
                Meaning(questions, backlog.settle, chosen.fallback),
                cache=cached.layered,
                record=SqliteRecordState(database),
            ),
            view=view,
            backlog=backlog,
            reembedding=reembedding,
        )
    finally:
        await keeper.aclose()
        await current.aclose()
