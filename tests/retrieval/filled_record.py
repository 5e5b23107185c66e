"""A record with many vectors, and what one server process holds of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import field
from pathlib import Path

import numpy as np

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.jobs import Jobs
from ltmc_server.model import DocumentId, Piece, Scope, Vectors
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.drafts import digest_of
from ltmc_server.stores.faiss.keeping import FaissKeeper
from ltmc_server.stores.interfaces import Place, VectorPage
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.snapshots import SqliteSnapshotMarks
from ltmc_server.vectors import to_blobs
from tests.builders import HERE, PROJECT, draft
from tests.stores.made_up import SMALL, vectors
from tests.waiting import until

MANY = 600
MODEL = HashingEmbedder().model
STORED = vectors(2 * MANY, HashingEmbedder().dimension)
"""Text number n, called `n`, has the n-th of these for a vector."""


@dataclass(frozen=True, slots=True)
class CountedPassages(SqlitePassages):
    """Counts the pages that were read, and what else the event loop did meanwhile."""

    pages: list[int] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first page was read."""

    async def page(
        self, project_id: str, *, model: str, limit: int, after: Place = ()
    ) -> VectorPage:
        self.pages.append(limit)
        self.begun.set()
        return await SqlitePassages.page(self, project_id, model=model, limit=100, after=after)


@dataclass(frozen=True, slots=True)
class Process:
    """A connection, a view, and who keeps its indexes."""

    database: Database
    passages: CountedPassages
    keeper: FaissKeeper
    view: VectorView

    async def store(
        self,
        numbers: Sequence[int] | range,
        *,
        project: str = PROJECT,
        made: Vectors = STORED,
        text: str = "text",
    ) -> list[DocumentId]:
        documents = SqliteDocuments(self.database)
        blobs = to_blobs(made[list(numbers)])
        stored = []
        for number, blob in zip(numbers, blobs, strict=True):
            said = f"{text} {number}"
            piece = Piece(start=0, text=said, digest=digest_of(said), vector=blob)
            put = await documents.put(
                draft(str(number), said, project_id=project), [piece], model=MODEL
            )
            stored.append(put.document.id)
        return stored

    async def remove(self, ids: Sequence[DocumentId]) -> None:
        await SqliteDocuments(self.database).remove(ids)

    async def near(self, number: int, *, limit: int = 1, scope: Scope = HERE) -> list[int]:
        """Return the numbers of the texts nearest to what the text of that number says."""
        hits = await self.view.nearest(STORED[number], scope, limit=limit, model=MODEL)
        read = await self.passages.get([hit.id for hit in hits])
        return [int(passage.document.file_name) for passage in read]

    async def assert_true(self, numbers: Sequence[int] | range) -> None:
        """Ask for all there is: it is what was stored, with the cosines of it."""
        hits = await self.view.nearest(STORED[0], HERE, limit=10_000, model=MODEL)
        read = await self.passages.get([hit.id for hit in hits])
        names = [int(passage.document.file_name) for passage in read]
        assert sorted(names) == sorted(numbers)
        cosines = STORED[names] @ STORED[0]
        assert np.allclose([hit.strength for hit in hits], cosines, atol=1e-6)

    @property
    def has_net(self) -> bool:
        index = self.view.projects[PROJECT].index
        return index is not None and index.projects[PROJECT].net is not None  # type: ignore[attr-defined]

    async def settled(self) -> None:
        """Return when nothing is done beside the calls any more."""
        await until(lambda: self.keeper.job is None or self.keeper.job.done())


@asynccontextmanager
async def process(folder: Path) -> AsyncIterator[Process]:
    with Database.open(folder / "ltmc.db", durability="normal") as database:
        async with Jobs.open() as jobs:
            marks = SqliteSnapshotMarks(database)
            keeper = FaissKeeper(folder, marks, jobs, SMALL, lull_s=0.01)
            passages = CountedPassages(database)
            view = VectorView(keeper.new_index, passages, passages, keeper)
            try:
                yield Process(database, passages, keeper, view)
            finally:
                await keeper.aclose()


@asynccontextmanager
async def ticking() -> AsyncIterator[list[int]]:
    """Count how often the event loop comes to something else."""
    turns = [0]

    async def tick() -> None:
        while True:
            turns[0] += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(tick())
    try:
        yield turns
    finally:
        task.cancel()


async def filled(folder: Path) -> Path:
    """Fill a record, have it asked, and return when the snapshot of its vectors is written."""
    async with process(folder) as here:
        await here.store(range(MANY))
        assert await here.near(5) == [5]
        await here.settled()
        assert here.has_net
        [name] = here.keeper.written
    return folder / name
