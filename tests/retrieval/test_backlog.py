"""Texts stored before they were embedded: found by words at once, by meaning soon, never lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from ltmc_server.embedding.current import CurrentEmbedder
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.jobs import Jobs
from ltmc_server.model import Vector, Vectors
from ltmc_server.retrieval.backlog import LOOK_S, ROOM, Backlog
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.reembedding import Reembedding
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.embedding import SqliteEmbedding
from ltmc_server.stores.sqlite.passages import SqlitePassages
from tests.builders import HERE, PROJECT, draft

pytestmark = pytest.mark.anyio

ANYWHERE: Vector = np.full(64, 1 / 8, dtype=np.float32)
"""A vector of a question that nobody means."""


@dataclass
class SlowEmbedder:
    """Hashes as the real one does, but not at once: it can be held up, and it can fail."""

    dimension: int = 64
    open: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False
    cosine_share: float = 0.5
    multilingual: bool = False
    is_instant: bool = False
    embedded: list[str] = field(default_factory=list)

    @property
    def model(self) -> str:
        return f"slow-{self.dimension}"

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        await self.open.wait()
        if self.fails:
            raise EmbedderUnavailable(self.model, "it is told to fail")
        self.embedded += texts
        return await HashingEmbedder(self.dimension).embed(texts)

    async def aclose(self) -> None:
        """Nothing is open."""


@dataclass
class Process:
    """What one server holds of a record."""

    database: Database
    slow: SlowEmbedder
    jobs: Jobs
    others: dict[str, Embedder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vectors, self.passages = SqliteEmbedding(self.database), SqlitePassages(self.database)
        self.documents = SqliteDocuments(self.database)
        self.current = CurrentEmbedder(self.slow, self.vectors.model, self.others.get)
        self.backlog = Backlog(self.vectors, self.vectors, self.current, self.jobs)
        self.view = VectorView(FaissVectors, self.passages, self.passages)
        meaning = Meaning(self.current, lambda: self.backlog.settle(5.0))
        self.retriever = Retriever(self.passages, self.view, meaning)
        self.reembedding = Reembedding(self.vectors, self.vectors, self.slow, self.jobs)

    async def store(self, name: str, text: str) -> int:
        made = await Indexer(self.passages, self.current).pieces(text, name)
        stored = await self.documents.put(draft(name, text), made.pieces, model=made.model)
        if stored.unembedded:
            self.backlog.poke()
        return stored.unembedded

    async def near(self, query: str) -> list[str]:
        """Return the texts that are found by meaning."""
        found = await self.retriever.rank(query, HERE, limit=5, mode="semantic")
        good = [each for each in found if each.score > 0.5]
        return [hit.passage.text for hit in await self.retriever.read(good)]


@asynccontextmanager
async def process(folder: Path, slow: SlowEmbedder, **others: Embedder) -> AsyncIterator[Process]:
    with Database.open(folder / "ltmc.db", durability="normal") as database:
        async with Jobs.open() as jobs:
            made = Process(database, slow, jobs, {each.model: each for each in others.values()})
            await made.vectors.settle(slow.model)
            yield made


def ready(dimension: int = 64) -> SlowEmbedder:
    slow = SlowEmbedder(dimension)
    slow.open.set()
    return slow


async def test_a_text_is_stored_before_it_is_embedded_and_found_right_after(tmp_path: Path) -> None:
    slow = SlowEmbedder()
    async with process(tmp_path, slow) as here:
        assert await here.store("a", "green tea") == 1
        assert here.vectors.waiting() == 1

        slow.open.set()

        assert await here.near("green tea") == ["green tea"]
        assert here.vectors.waiting() == 0


async def test_what_was_not_embedded_when_a_server_ended_is_embedded_by_the_next(
    tmp_path: Path,
) -> None:
    async with process(tmp_path, SlowEmbedder()) as one:
        await one.store("a", "green tea")

    async with process(tmp_path, ready()) as other:
        # The one that ended let go of what it had claimed: nobody waits for its claim to run out.
        assert await other.near("green tea") == ["green tea"]


async def test_the_view_of_another_process_gets_vectors_that_came_late(tmp_path: Path) -> None:
    slow = SlowEmbedder()
    async with process(tmp_path, slow) as one, process(tmp_path, ready()) as other:
        await one.store("a", "green tea")
        await other.view.nearest(ANYWHERE, HERE, limit=1, model=slow.model)
        assert len(other.view) == 0

        slow.open.set()
        await one.backlog.settle(5.0)
        await other.view.nearest(ANYWHERE, HERE, limit=1, model=slow.model)

        assert len(other.view) == 1


async def test_who_stores_much_waits_for_the_embedder_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowEmbedder()
    async with process(tmp_path, slow) as here:
        for number in range(ROOM + 20):
            await here.store(f"n{number}", f"text {number}")
        monkeypatch.setattr("ltmc_server.retrieval.backlog.ROOM_S", 0.01)
        await here.backlog.stored()
        assert here.vectors.waiting() == ROOM + 20

        monkeypatch.setattr("ltmc_server.retrieval.backlog.ROOM_S", 20.0)
        slow.open.set()
        await here.backlog.stored()
        assert here.vectors.waiting() <= ROOM


async def test_a_question_waits_no_longer_than_its_patience(tmp_path: Path) -> None:
    async with process(tmp_path, SlowEmbedder()) as here:
        await here.store("a", "green tea")

        assert await here.backlog.settle(0.01) == 1


async def test_an_embedder_that_fails_leaves_texts_waiting_and_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ltmc_server.retrieval.backlog.RETRY_S", (0.01, 0.02))
    slow = ready()
    slow.fails = True
    async with process(tmp_path, slow) as here:
        await here.store("a", "green tea")
        # It does not wait out its patience for what fails.
        assert await here.backlog.settle(60.0) == 1

        slow.fails = False
        while here.vectors.waiting():
            await asyncio.wait_for(here.backlog.progress.wait(), 5.0)

        assert await here.near("green tea") == ["green tea"]


async def test_the_newest_texts_are_embedded_first(tmp_path: Path) -> None:
    slow = SlowEmbedder()
    async with process(tmp_path, slow) as here:
        for number in range(40):
            await here.store(f"n{number}", f"text {number}")
        slow.open.set()
        await here.backlog.settle(5.0)

    # The first batch was claimed while texts were still coming.
    assert slow.embedded.index("text 39") < slow.embedded.index("text 20")
    assert sorted(slow.embedded) == sorted(f"text {number}" for number in range(40))


async def test_a_text_deleted_meanwhile_is_forgotten(tmp_path: Path) -> None:
    slow = SlowEmbedder()
    async with process(tmp_path, slow) as here:
        await here.store("a", "green tea")
        page = await here.documents.page(HERE, limit=5, offset=0)
        await here.documents.remove([document.id for document in page.items])
        slow.open.set()

        assert await here.near("green tea") == []
        assert here.vectors.waiting() == 0


async def test_searches_are_answered_from_the_old_vectors_until_one_switch(tmp_path: Path) -> None:
    old, new = ready(64), SlowEmbedder(128)
    async with process(tmp_path, old) as one:
        await one.store("a", "green tea")
        await one.backlog.settle(5.0)

    async with process(tmp_path, new, old=old) as here:
        begun = await here.reembedding.begin()
        assert (begun.state, begun.from_model, begun.to_model) == ("running", "slow-64", "slow-128")
        assert await here.near("green tea") == ["green tea"]
        await here.store("b", "black coffee")  # while it moves: both models get it
        assert await here.near("black coffee") == ["black coffee"]

        new.open.set()
        assert here.reembedding.job is not None
        await asyncio.wait_for(here.reembedding.job, 5.0)

        done = await here.reembedding.progress()
        assert (done.state, done.embedded, done.total) == ("up to date", 2, 2)
        assert here.current().model == "slow-128"
        assert await here.near("green tea") == ["green tea"]
        assert (await here.vectors.count("slow-64"))[0] == 0


async def test_a_move_goes_on_after_a_restart_and_others_follow_the_switch(tmp_path: Path) -> None:
    old, stuck = ready(64), SlowEmbedder(128)
    async with process(tmp_path, old) as other:
        await other.store("a", "green tea")
        await other.backlog.settle(5.0)
        async with process(tmp_path, stuck, old=old) as one:
            await one.reembedding.begin()

        new = ready(128)
        other.others[new.model] = new
        async with process(tmp_path, new, old=old) as next_one:
            next_one.reembedding.resume()
            assert next_one.reembedding.job is not None
            await asyncio.wait_for(next_one.reembedding.job, 5.0)

        assert await other.near("green tea") == ["green tea"]
        assert other.view.projects[PROJECT].model == "slow-128"


async def test_a_text_embedded_by_the_old_model_after_the_switch_waits_for_the_new_one(
    tmp_path: Path,
) -> None:
    old, new = ready(64), ready(128)
    async with process(tmp_path, old, new=new) as here:
        made = await Indexer(here.passages, lambda: HashingEmbedder(64)).pieces("green tea", "a")
        await here.vectors.switch(new.model)

        stored = await here.documents.put(draft("a", "green tea"), made.pieces, model=old.model)

        assert stored.unembedded == 1
        here.backlog.poke()
        assert await here.near("green tea") == ["green tea"]


async def test_a_record_of_a_model_that_is_not_here_is_searched_by_words(tmp_path: Path) -> None:
    async with process(tmp_path, ready(64)) as one:
        await one.store("a", "green tea")
        await one.backlog.settle(5.0)

    async with process(tmp_path, ready(128)) as here:
        found = await here.retriever.rank("tea", HERE, limit=5)
        assert [hit.passage.text for hit in await here.retriever.read(found)] == ["green tea"]
        with pytest.raises(EmbedderUnavailable, match="slow-64"):
            await here.retriever.rank("tea", HERE, limit=5, mode="semantic")


async def test_where_no_vectors_are_wanted_nobody_waits_for_them(tmp_path: Path) -> None:
    async with process(tmp_path, SlowEmbedder()) as here:
        here.backlog.is_off = True
        for number in range(ROOM + 1):
            await here.store(f"{number}", f"green tea {number}")

        # Who waited would do so until the next look at the record, at least.
        async with asyncio.timeout(LOOK_S):
            await here.backlog.stored()
            assert await here.backlog.settle() == ROOM + 1
        assert here.backlog.job is None
