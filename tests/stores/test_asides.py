"""Long writes in a thread: whole or undone like any other, and nobody waits for them to read."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Literal

import pytest

from ltmc_server.errors import StoreUnavailable
from ltmc_server.model import Scope
from ltmc_server.stores.graph import LinkDraft, Walk
from ltmc_server.stores.messages import MessageDraft
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import DELETED_AT_ONCE, SqliteDocuments
from ltmc_server.stores.sqlite.graph import LINKS_AT_ONCE, SqliteGraph
from ltmc_server.stores.sqlite.messages import SqliteMessages
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.pieces import PIECES_AT_ONCE
from tests.builders import HERE, MODEL, PROJECT, draft, pieces

pytestmark = pytest.mark.anyio

WAIT_S = 5.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "ltmc.db", busy_timeout_s=WAIT_S) as opened:
        opened.connection.execute("CREATE TABLE keys (key INTEGER PRIMARY KEY)")
        yield opened


def keep(db: sqlite3.Connection, key: int = 1) -> None:
    db.execute("INSERT INTO keys VALUES (?)", (key,))


def keys(db: sqlite3.Connection) -> list[int]:
    return [row[0] for row in db.execute("SELECT key FROM keys ORDER BY key")]


class Slow:
    """A write that has begun, and goes on when it is told to."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = Event(), Event()

    def __call__(self, db: sqlite3.Connection) -> None:
        keep(db)
        self.has_begun.set()
        assert self.may_end.wait(WAIT_S)

    async def begun(self) -> None:
        """Return when it is under way."""
        assert await asyncio.to_thread(self.has_begun.wait, WAIT_S)


async def test_reads_are_answered_and_writes_wait_while_a_long_one_is_under_way(
    database: Database,
) -> None:
    slow = Slow()
    long = asyncio.ensure_future(database.write_aside("keeping much", slow))
    await slow.begun()

    assert database.read("reading", keys) == []
    short = asyncio.ensure_future(database.write("keeping", lambda db: keep(db, 2)))
    done, _ = await asyncio.wait([short], timeout=0.02)
    assert not done

    slow.may_end.set()
    await asyncio.wait_for(asyncio.gather(long, short), WAIT_S)
    assert database.read("reading", keys) == [1, 2]


async def test_a_long_write_that_fails_leaves_nothing_behind_and_says_what_failed(
    database: Database,
) -> None:
    def bug(db: sqlite3.Connection) -> None:
        keep(db)
        raise KeyError("after the row")

    def twice(db: sqlite3.Connection) -> None:
        keep(db)
        keep(db)

    with pytest.raises(KeyError):
        await database.write_aside("keeping much", bug)
    with pytest.raises(StoreUnavailable, match="SQLite failed while keeping much: UNIQUE"):
        await database.write_aside("keeping much", twice)

    assert database.read("reading", keys) == []
    await database.write_aside("keeping much", keep)
    assert database.read("reading", keys) == [1]


async def test_a_long_write_waits_for_another_process_and_not_for_ever(tmp_path: Path) -> None:
    with (
        Database.open(tmp_path / "ltmc.db", busy_timeout_s=0.05) as database,
        Database.open(tmp_path / "ltmc.db") as other,
    ):
        other.connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(
            StoreUnavailable, match=r"another process held the database for 0\.05 s"
        ):
            await database.write_aside("keeping much", lambda db: None)
        other.connection.execute("ROLLBACK")
        await database.write_aside("keeping much", lambda db: None)


async def test_who_is_cancelled_has_written_all_or_nothing_and_the_next_is_not_disturbed(
    database: Database,
) -> None:
    slow = Slow()
    tasks = [
        asyncio.ensure_future(database.write_aside("keeping much", work))
        for work in (slow, lambda db: keep(db, 2), lambda db: keep(db, 3))
    ]
    await slow.begun()
    tasks[0].cancel()
    tasks[1].cancel()
    slow.may_end.set()

    await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), WAIT_S)

    # The first was under way, the second was not.
    assert database.read("reading", keys) == [1, 3]


async def test_a_record_is_closed_after_the_long_write_that_is_under_way(tmp_path: Path) -> None:
    slow = Slow()
    with Database.open(tmp_path / "ltmc.db") as database:
        database.connection.execute("CREATE TABLE keys (key INTEGER PRIMARY KEY)")
        long = asyncio.ensure_future(database.write_aside("keeping much", slow))
        await slow.begun()
        slow.may_end.set()
    await asyncio.wait_for(long, WAIT_S)

    with Database.open(tmp_path / "ltmc.db") as database:
        assert database.read("reading", keys) == [1]


@pytest.mark.parametrize(("durability", "synchronous"), [("full", 2), ("normal", 1)])
async def test_a_long_write_is_as_durable_as_any(
    tmp_path: Path, durability: Literal["full", "normal"], synchronous: int
) -> None:
    def found(db: sqlite3.Connection) -> list[int]:
        asked = ("synchronous", "foreign_keys")
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]

    with Database.open(tmp_path / "ltmc.db", durability=durability) as database:
        assert await database.write_aside("looking", found) == [synchronous, 1]


async def test_much_is_written_aside_and_little_is_not(database: Database) -> None:
    used: list[str] = []
    database.aside.connection.set_trace_callback(
        lambda sql: used.append(sql) if sql == "COMMIT" else None
    )
    documents, passages = SqliteDocuments(database), SqlitePassages(database)
    graph, messages = SqliteGraph(database), SqliteMessages(database)
    texts = [f"word{n} " for n in range(PIECES_AT_ONCE + 1)]

    await documents.put(draft("short"), pieces(*texts[1:]), model=MODEL)
    assert used == []
    stored = await documents.put(draft("long"), pieces(*texts), model=MODEL)
    assert used == ["COMMIT"]
    assert stored.document.chunk_count == len(texts)
    assert len(await passages.holding(["word7"], HERE, limit=9)) == 2

    for n in range(DELETED_AT_ONCE + 1):
        await documents.put(draft(f"{n}"), pieces("x"), model=MODEL)
    page = await documents.page(Scope(project_id=PROJECT), limit=99, offset=0)
    assert await documents.remove([one.id for one in page.items]) == page.total
    assert len(used) == 2

    links = [
        LinkDraft(project_id=PROJECT, source_id="hub", target_id=f"{n}", relation="r")
        for n in range(LINKS_AT_ONCE + 1)
    ]
    assert len(await graph.put(links)) == len(links)
    found = await graph.relationships(Walk(project_id=PROJECT, start="hub"), limit=99)
    assert (len(used), found.total) == (3, len(links))
    assert await graph.remove_entity(PROJECT, "hub") == len(links)
    assert len(used) == 4
    await graph.put(links[:2])
    assert await graph.remove_entity(PROJECT, "hub") == 2
    assert len(used) == 4

    message = MessageDraft(project_id=PROJECT, conversation_id="c", role="user", content="hello")
    for _ in range(30):
        await messages.log(message)
    assert (await messages.remove_conversation(PROJECT, "c")).messages == 30
    assert len(used) == 5


async def test_a_long_read_holds_up_nobody_and_sees_what_was_acknowledged(
    database: Database,
) -> None:
    has_begun, may_end = Event(), Event()

    def slow(db: sqlite3.Connection) -> list[int]:
        has_begun.set()
        assert may_end.wait(WAIT_S)
        return keys(db)

    await database.write("keeping", keep)
    reading = asyncio.ensure_future(database.read_aside("looking long", slow))
    assert await asyncio.to_thread(has_begun.wait, WAIT_S)
    await database.write("keeping", lambda db: keep(db, 2))
    await database.write_aside("keeping much", lambda db: keep(db, 3))
    assert not reading.done()

    may_end.set()
    assert await asyncio.wait_for(reading, WAIT_S) == [1, 2, 3]


async def test_a_long_read_can_not_write_and_says_what_failed(database: Database) -> None:
    with pytest.raises(StoreUnavailable, match=r"SQLite failed while looking long: .*readonly"):
        await database.read_aside("looking long", keep)

    assert await database.read_aside("looking long", keys) == []


async def test_a_write_that_is_not_urgent_does_not_wait_for_another_process(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db", busy_timeout_s=60) as database:
        other = sqlite3.connect(tmp_path / "ltmc.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(WAIT_S):
            with pytest.raises(StoreUnavailable):
                await database.aside.write_unless_busy("merging", lambda db: None)
        other.close()

        assert await database.aside.write_unless_busy("merging", lambda db: 1) == 1
        waits = "PRAGMA busy_timeout"
        assert database.aside.connection.execute(waits).fetchone()[0] == 60_000
