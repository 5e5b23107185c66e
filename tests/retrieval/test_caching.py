"""An answer from the cache is the answer of the moment: whatever is done, by whoever, and when."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

import ltmc_server.retrieval.caching
import ltmc_server.stores.sqlite.documents
import ltmc_server.stores.sqlite.passages
import ltmc_server.stores.sqlite.scopes
from ltmc_server.caching.in_process import InProcessCache
from ltmc_server.caching.layered import LayeredCache
from ltmc_server.caching.sqlite import SqliteCache
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.model import Draft, Mode, Scope, now
from ltmc_server.observability.degraded import did_without, noting
from ltmc_server.retrieval.caching import CachingRetriever
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.meaning import Meaning
from ltmc_server.retrieval.search import Candidate, Retriever
from ltmc_server.retrieval.view import VectorView
from ltmc_server.stores.in_memory.vectors import InMemoryVectors
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.state import SqliteRecordState
from tests.builders import HERE, PROJECT, draft

pytestmark = pytest.mark.anyio

READ_THE_CLOCK = (
    ltmc_server.retrieval.caching,
    ltmc_server.stores.sqlite.documents,
    ltmc_server.stores.sqlite.passages,
    ltmc_server.stores.sqlite.scopes,
)


@dataclass
class Time:
    """The time that the record and the cache go by."""

    moment = now()

    def __call__(self) -> object:
        return self.moment


@dataclass(frozen=True)
class Process:
    """What one server process holds: a connection, a plain retriever and a caching one."""

    database: Database
    plain: Retriever
    caching: CachingRetriever

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator["Process"]:
        with Database.open(folder / "ltmc.db", durability="normal") as database:
            record = SqliteRecordState(database)
            passages, embedder = SqlitePassages(database), HashingEmbedder(32)
            meaning = Meaning(lambda: embedder)
            far = SqliteCache(folder / "cache.db", record.owner()[1])
            cache = LayeredCache((InProcessCache(), far))
            plain = Retriever(passages, view(passages), meaning)
            caching = CachingRetriever(
                passages, view(passages), meaning, cache=cache, record=record
            )
            try:
                yield cls(database, plain, caching)
            finally:
                far.close()

    async def store(self, draft: Draft) -> str:
        indexer = Indexer(self.plain.passages, self.plain.meaning.embedder)
        made = await indexer.pieces(draft.content, draft.file_name)
        stored = await SqliteDocuments(self.database).put(draft, made.pieces, model=made.model)
        return stored.document.id

    async def delete(self, file_name: str) -> None:
        documents = SqliteDocuments(self.database)
        found = await documents.get(PROJECT, file_name=file_name)
        if found is not None:
            await documents.remove([found.id])

    def hits(self) -> int:
        return self.caching.cache.whole().hits


def view(passages: SqlitePassages) -> VectorView:
    return VectorView(InMemoryVectors, passages, passages)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    with Process.open(tmp_path) as opened:
        yield opened


@contextmanager
def standing_clock() -> Iterator[Time]:
    with pytest.MonkeyPatch.context() as patch:
        time = Time()
        for module in READ_THE_CLOCK:
            patch.setattr(module, "now", time)
        yield time


@pytest.fixture
def time() -> Iterator[Time]:
    with standing_clock() as clock:
        yield clock


async def test_the_same_question_is_answered_from_the_cache(process: Process) -> None:
    await process.store(draft("a", "green tea"))

    first = await process.caching.rank("tea", HERE, limit=3)
    again = await process.caching.rank("tea", HERE, limit=3)

    assert process.hits() == 1
    assert again == first == await process.plain.rank("tea", HERE, limit=3)


@pytest.mark.parametrize(
    ("query", "scope", "limit", "mode"),
    [
        ("teas", HERE, 3, "hybrid"),
        ("tea", replace(HERE, tags=("x",)), 3, "hybrid"),
        ("tea", Scope(project_id="other"), 3, "hybrid"),
        ("tea", HERE, 4, "hybrid"),
        ("tea", HERE, 3, "keyword"),
    ],
)
async def test_another_question_is_another_entry(
    process: Process, query: str, scope: Scope, limit: int, mode: Mode
) -> None:
    await process.store(draft("a", "green tea"))
    await process.caching.rank("tea", HERE, limit=3)

    await process.caching.rank(query, scope, limit=limit, mode=mode)

    assert process.hits() == 0


async def test_another_process_finds_what_was_asked_twice(process: Process, tmp_path: Path) -> None:
    await process.store(draft("a", "green tea"))
    first = await process.caching.rank("tea", HERE, limit=3)

    with Process.open(tmp_path) as other:
        assert await other.caching.rank("tea", HERE, limit=3) == first
        assert other.hits() == 0

    await process.caching.rank("tea", HERE, limit=3)
    with Process.open(tmp_path) as third:
        assert await third.caching.rank("tea", HERE, limit=3) == first
        assert third.hits() == 1


async def test_a_write_of_another_process_counts_at_once(process: Process, tmp_path: Path) -> None:
    await process.store(draft("a", "green tea"))
    await process.caching.rank("tea", HERE, limit=3)

    with Process.open(tmp_path) as other:
        await other.store(draft("b", "tea leaves"))

    assert len(await process.caching.rank("tea", HERE, limit=3)) == 2


async def test_what_expires_takes_the_answer_with_it(process: Process, time: Time) -> None:
    await process.store(draft("a", "tea", expires_at=time.moment + timedelta(hours=1)))
    await process.store(draft("b", "tea"))
    assert len(await process.caching.rank("tea", HERE, limit=3)) == 2

    time.moment += timedelta(minutes=59)
    assert len(await process.caching.rank("tea", HERE, limit=3)) == 2
    assert process.hits() == 1

    time.moment += timedelta(minutes=1)
    assert len(await process.caching.rank("tea", HERE, limit=3)) == 1
    time.moment -= timedelta(minutes=1)
    assert len(await process.caching.rank("tea", HERE, limit=3)) == 2


async def test_a_record_put_back_from_a_copy_does_not_meet_later_answers(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Process.open(tmp_path) as process:
        await process.store(draft("a", "green tea"))
        with sqlite3.connect(copy) as target:
            process.database.connection.backup(target)
        target.close()
        await process.store(draft("b", "tea leaves"))
        assert len(await process.caching.rank("tea", HERE, limit=3, mode="keyword")) == 2
    for name in ("ltmc.db-wal", "ltmc.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    copy.replace(tmp_path / "ltmc.db")

    with Process.open(tmp_path) as process:
        assert len(await process.caching.rank("tea", HERE, limit=3, mode="keyword")) == 1
        await process.store(draft("c", "coffee"))
        assert len(await process.caching.rank("tea", HERE, limit=3, mode="keyword")) == 1


class HalfBlind(Retriever):
    """A retriever that does without one of its parts."""

    async def ranked(
        self, query: str, scope: Scope, *, limit: int, mode: Mode
    ) -> Sequence[Candidate]:
        did_without("embedder")
        return await super().ranked(query, scope, limit=limit, mode="keyword")


class CachingHalfBlind(CachingRetriever, HalfBlind):
    """The same, cached."""


async def test_an_answer_that_did_without_a_part_is_told_and_not_kept(process: Process) -> None:
    await process.store(draft("a", "green tea"))
    whole = process.caching
    blind = CachingHalfBlind(
        whole.passages, whole.view, whole.meaning, cache=whole.cache, record=whole.record
    )

    for _ in range(2):
        with noting() as missed:
            await blind.rank("tea", HERE, limit=3)
        assert missed == {"embedder"}

    assert process.hits() == 0


WORDS = st.sampled_from(("green tea", "black tea", "coffee", "tea and coffee", "water"))
NAMES = st.sampled_from("abc")
LABELS = st.fixed_dictionaries(
    {
        "tags": st.sampled_from(((), ("x",))),
        "conversation_id": st.sampled_from((None, "c")),
        "project_id": st.sampled_from((PROJECT, PROJECT, "other")),
    }
)
STORES = st.tuples(st.just("store"), NAMES, WORDS, LABELS, st.sampled_from((0, 1, 3, 3)))
STEPS = st.one_of(
    STORES,
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("wait"), st.integers(-1, 2)),
)
SCOPES = (HERE, replace(HERE, tags=("x",)), replace(HERE, conversation_id="c"))


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(STEPS, st.booleans()), max_size=8))
def test_a_caching_retriever_answers_as_a_plain_one(
    steps: list[tuple[tuple[object, ...], bool]],
) -> None:
    """After every step of either process, both give the answers of a plain retriever."""
    asyncio.run(_play(steps))


async def _play(steps: list[tuple[tuple[object, ...], bool]]) -> None:
    with (
        TemporaryDirectory() as name,
        standing_clock() as time,
        Process.open(Path(name)) as one,
        Process.open(Path(name)) as other,
    ):
        await _compare(one, other)
        for step, by_other in steps:
            await _take(step, other if by_other else one, time)
            await _compare(one, other)


async def _take(step: tuple[object, ...], process: Process, time: Time) -> None:
    match step:
        case ("store", str(name), str(text), dict(labels), int(hours)):
            ends = time.moment + timedelta(hours=hours) if hours else None
            await process.store(draft(name, text, expires_at=ends, **labels))
        case ("delete", str(name)):
            await process.delete(name)
        case ("wait", int(hours)):
            time.moment += timedelta(hours=hours)


async def _compare(one: Process, other: Process) -> None:
    for scope in SCOPES:
        expected = await one.plain.rank("tea coffee", scope, limit=3)
        for process in (one, other, one):
            assert await process.caching.rank("tea coffee", scope, limit=3) == expected
