"""Words are looked for while the question is being embedded: sooner, and with the same answer."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path

import pytest

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.errors import EmbedderUnavailable
from ltmc_server.model import DocumentId, Mode, Vectors
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.search import Retriever
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passage_words import EXPECTED_MAX
from ltmc_server.stores.sqlite.passages import SqlitePassages
from tests.builders import HERE, draft
from tests.waiting import until

pytestmark = pytest.mark.anyio

QUESTION = "which tea is green, PAY-1042?"


@dataclass(frozen=True, eq=False)
class SlowEmbedder(HashingEmbedder):
    """Has a vector ready only when it is told to go on."""

    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    is_down: bool = False

    @property
    def is_instant(self) -> bool:
        return False

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        await self.goes_on.wait()
        if self.is_down:
            raise EmbedderUnavailable(self.model, "it is down")
        return await super().embed(texts, urgent=urgent)


@dataclass(frozen=True)
class Here:
    """A record that is searched, and its embedder."""

    documents: SqliteDocuments
    passages: SqlitePassages
    embedder: SlowEmbedder

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, *, is_down: bool = False) -> Iterator["Here"]:
        with Database.open(folder / "ltmc.db", durability="normal") as database:
            slow = SlowEmbedder(is_down=is_down)
            yield cls(SqliteDocuments(database), SqlitePassages(database), slow)

    def retriever(self, passages: SqlitePassages | None = None) -> Retriever:
        passages = passages or self.passages
        view = VectorView(FaissVectors, passages, passages)
        return Retriever(passages, view, Meaning(lambda: self.embedder))

    async def store(self, name: str, text: str) -> DocumentId:
        quick = HashingEmbedder()
        made = await Indexer(self.passages, lambda: quick).pieces(text, name)
        return (
            await self.documents.put(draft(name, text), made.pieces, model=made.model)
        ).document.id

    async def names(self, retriever: Retriever, mode: Mode = "hybrid") -> list[str]:
        ranked = await retriever.rank(QUESTION, HERE, limit=9, mode=mode)
        return [hit.passage.document.file_name for hit in await retriever.read(ranked)]

    def begun(self) -> int:
        return len(self.passages.expected.known)


@pytest.mark.parametrize("is_down", [False, True])
async def test_words_are_looked_for_meanwhile(tmp_path: Path, *, is_down: bool) -> None:
    with Here.opened(tmp_path, is_down=is_down) as here:
        await here.store("a", "Green tea, as PAY-1042 says.")
        asking = asyncio.ensure_future(here.names(here.retriever()))
        await until(lambda: here.begun() > 0)

        # The words, and the identifier by itself.
        assert here.begun() == 2
        here.embedder.goes_on.set()
        assert await asking == ["a"]
        assert here.begun() == 0


async def test_what_is_written_meanwhile_counts(tmp_path: Path) -> None:
    with Here.opened(tmp_path) as here:
        gone = await here.store("gone", "Green tea, as PAY-1042 says.")
        await here.store("b", "A green leaf of tea.")
        asking = asyncio.ensure_future(here.names(here.retriever()))
        await until(lambda: here.begun() > 0)

        await here.documents.remove([gone])
        await here.store("c", "Green tea once more, PAY-1042.")
        here.embedder.goes_on.set()

        assert await asking == ["c", "b"]
        # As who begins to look only now.
        new = here.retriever(SqlitePassages(here.passages.database))
        assert await here.names(new) == ["c", "b"]


@pytest.mark.parametrize(("mode", "searches"), [("keyword", 2), ("semantic", 0), ("hybrid", 2)])
async def test_nothing_is_begun_that_is_of_no_use(
    tmp_path: Path, mode: Mode, searches: int
) -> None:
    with Here.opened(tmp_path) as here:
        await here.store("a", "Green tea, as PAY-1042 says.")
        # As of a question that was asked before: there is nothing to wait for.
        here.embedder.goes_on.set()
        assert await here.names(here.retriever(), mode) == ["a"]

        statements = list[str]()
        here.passages.database.connection.set_trace_callback(statements.append)
        assert await here.names(here.retriever(), mode) == ["a"]
        # One transaction for the words, one for the identifier, none to begin them.
        assert statements.count("BEGIN") == searches


async def test_who_asks_and_goes_leaves_nothing_running(tmp_path: Path) -> None:
    with Here.opened(tmp_path) as here:
        await here.store("a", "Green tea.")
        before = asyncio.all_tasks()
        for turns in range(2 * EXPECTED_MAX):
            asking = asyncio.ensure_future(here.names(here.retriever()))
            # At whichever of its steps.
            for _ in range(turns % 8):
                await asyncio.sleep(0)
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking
        await until(lambda: asyncio.all_tasks() == before, seconds=5)
        assert here.begun() <= EXPECTED_MAX


async def test_of_many_that_nobody_came_for_few_are_kept(tmp_path: Path) -> None:
    with Here.opened(tmp_path) as here:
        for number in range(3 * EXPECTED_MAX):
            await here.passages.expect([f"word{number}"])

        assert 0 < here.begun() <= EXPECTED_MAX
