"""Full text indexes are merged when a record rests, and say what they said before."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ltmc_server.commands.verify import verify
from ltmc_server.errors import StoreUnavailable
from ltmc_server.settings import Settings
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.merging import Merging, merge
from ltmc_server.stores.sqlite.passages import SqlitePassages
from tests.builders import HERE, MODEL, draft, pieces
from tests.waiting import until

pytestmark = pytest.mark.anyio

TEXTS = 40
FEW = 2
"""Parts of the index of so many texts, when it is merged."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "ltmc.db", busy_timeout_s=60) as opened:
        yield opened


async def fill(database: Database) -> None:
    """Store texts, each in a commit of its own."""
    documents = SqliteDocuments(database)
    for number in range(TEXTS):
        text = f"Leaf {number} is brewed at {60 + number % 7} degrees for its own cup."
        await documents.put(draft(f"{number}.md", text), pieces(text), model=MODEL)


def parts(db: sqlite3.Connection) -> int:
    """Return in how many parts the index of passages is."""
    [count] = db.execute("SELECT count(DISTINCT segid) FROM passage_words_idx").fetchone()
    return int(count)


def least(db: sqlite3.Connection) -> int:
    """Return how many parts of a size are merged."""
    [count] = db.execute("SELECT v FROM passage_words_config WHERE k = 'usermerge'").fetchone()
    return int(count)


async def test_an_index_is_merged_when_nobody_has_written_for_a_while(database: Database) -> None:
    await fill(database)
    passages = SqlitePassages(database)
    before = await passages.holding(["leaf", "cup"], HERE, limit=TEXTS)
    assert parts(database.connection) > FEW

    database.written.clear()
    merging = asyncio.create_task(Merging(database, rest_s=0).run())
    await asyncio.sleep(0)
    assert parts(database.connection) > FEW
    database.written.set()
    await until(lambda: parts(database.connection) <= FEW)
    merging.cancel()

    assert await passages.holding(["leaf", "cup"], HERE, limit=TEXTS) == before
    assert not merge(database.connection)
    assert least(database.connection) == 2
    checks = (await verify(Settings(data_dir=database.file.parent))).checks
    judged = {each.name: each.state for each in checks}
    assert (judged["file"], judged["passage_words"]) == ("true", "true")


async def test_a_write_is_what_has_it_merged(database: Database) -> None:
    assert not database.written.is_set()
    await database.write("writing", lambda db: None)
    assert database.written.is_set()
    database.written.clear()
    await database.write_aside("writing", lambda db: None)
    assert database.written.is_set()


async def test_another_process_that_writes_is_left_alone(database: Database) -> None:
    await fill(database)
    other = sqlite3.connect(database.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    merging = asyncio.create_task(Merging(database, rest_s=0).run())
    await until(lambda: not database.written.is_set())
    with pytest.raises(StoreUnavailable):
        # In the thread that has tried to merge before.
        await database.aside.write_unless_busy("writing", lambda db: None)
    assert not merging.done()
    other.execute("COMMIT")
    other.close()

    database.written.set()
    await until(lambda: parts(database.connection) <= FEW)
    merging.cancel()


@pytest.mark.parametrize("is_busy", [False, True])
async def test_what_was_written_is_merged_at_the_end_unless_another_writes(
    tmp_path: Path, is_busy: bool
) -> None:
    file = tmp_path / "ltmc.db"
    with Database.open(file) as database:
        await fill(database)
        other = sqlite3.connect(file, isolation_level=None)
        assert parts(other) > FEW
        if is_busy:
            other.execute("BEGIN IMMEDIATE")

    assert (parts(other) <= FEW) is not is_busy
    other.close()


async def test_who_has_only_read_merges_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ltmc.db"
    with Database.open(file) as database:
        await fill(database)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    other.execute("COMMIT")
    with Database.open(file) as database:
        database.read("looking", lambda db: None)

    assert parts(other) > FEW
    other.close()
