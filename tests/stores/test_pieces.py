"""Passages of one text, written together: each keeps its own words and its own vector."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ltmc_server.model import DocumentId, Piece
from ltmc_server.stores.archive import Archived
from ltmc_server.stores.sqlite.archive import SqliteArchive
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.embedding import SqliteEmbedding
from ltmc_server.stores.sqlite.mending import SqliteMending
from ltmc_server.stores.sqlite.pieces import PIECES_AT_ONCE, PIECES_TOGETHER
from tests.builders import HERE, MODEL, draft, pieces

pytestmark = pytest.mark.anyio

VECTORS = (
    "SELECT start, text, vector FROM passages LEFT JOIN vectors ON passage_id = id ORDER BY id"
)
WAITING = "SELECT text FROM unembedded JOIN passages ON id = passage_id ORDER BY id"
FRAME_BYTES = 24 + 4096
"""Of a page in the write-ahead log."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "ltmc.db", durability="normal") as opened:
        yield opened


def rows(database: Database, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in database.connection.execute(sql)]


async def put(database: Database, made: list[Piece], name: str = "a.md") -> int:
    text = draft(name, "".join(piece.text for piece in made))
    return (await SqliteDocuments(database).put(text, made, model=MODEL)).unembedded


@pytest.mark.parametrize("count", [0, 1, 2, PIECES_TOGETHER, PIECES_AT_ONCE + 1, 101])
async def test_each_passage_has_its_own_vector_and_its_own_words(
    database: Database, count: int
) -> None:
    made = pieces(*(f"word{n} in common. " for n in range(count)))

    assert await put(database, made) == 0

    assert rows(database, VECTORS) == [(one.start, one.text, one.vector) for one in made]
    for n in (0, count // 2, count - 1) if count else ():
        sql = f"SELECT text FROM passages WHERE id IN (SELECT rowid FROM passage_words('word{n}'))"  # noqa: S608
        assert rows(database, sql) == [(made[n].text,)]
    # The log of changes has each of them, in their order.
    logged = "SELECT text FROM changes JOIN passages ON id = passage_id ORDER BY seq"
    assert rows(database, logged) == [(one.text,) for one in made]


async def test_passages_without_a_vector_wait_for_one_and_the_others_do_not(
    database: Database,
) -> None:
    made = [
        replace(one, vector=one.vector if at % 3 else None)
        for at, one in enumerate(pieces(*(f"word{n} " for n in range(70))))
    ]

    assert await put(database, made) == 24

    assert rows(database, VECTORS) == [(one.start, one.text, one.vector) for one in made]
    assert rows(database, WAITING) == [(one.text,) for one in made if one.vector is None]


async def test_the_words_of_a_text_are_written_out_once(database: Database) -> None:
    def segments() -> int:
        [(count,)] = rows(database, "SELECT count(DISTINCT segid) FROM passage_words_idx")
        assert isinstance(count, int)
        return count

    await put(database, pieces(*(f"word{n} " for n in range(PIECES_TOGETHER))))

    assert segments() == 1


async def test_the_same_text_again_writes_its_row_and_the_state_of_the_record(
    tmp_path: Path, database: Database
) -> None:
    log = tmp_path / "ltmc.db-wal"
    for number in range(9):
        await put(database, pieces("green tea"), f"{number}.md")
    before = log.stat().st_size

    await put(database, pieces("green tea"), "5.md")

    # No index: not that of the digests either, as the digest stays what it was.
    assert log.stat().st_size - before == 2 * FRAME_BYTES


async def test_a_statement_that_fails_midway_leaves_no_passage(database: Database) -> None:
    made = pieces(*(f"word{n} " for n in range(40)))
    twice = [*made[:39], replace(made[39], start=made[0].start)]

    with pytest.raises(Exception, match=r"storing 'a\.md'") as failed:
        await put(database, [*twice, *pieces("more")])

    assert isinstance(failed.value.__cause__, sqlite3.IntegrityError)
    assert rows(database, VECTORS) == []


async def test_vectors_of_another_model_than_the_record_has_are_left_out(
    database: Database,
) -> None:
    await SqliteEmbedding(database).settle("another model")
    one, two = pieces("green tea"), pieces("black tea")

    assert await put(database, one) == 1
    [stored] = archived(database)
    imported = replace(stored, id=DocumentId("mem_0"), file_name="b.md")
    await SqliteArchive(database).restore(HERE.project_id, imported, two, model=MODEL)
    assert rows(database, WAITING) == [("green tea",), ("black tea",)]

    mending = SqliteMending(database)
    text = mending.text(stored.id)
    assert text is not None
    assert await mending.write_passages(text, pieces("green ", "tea"), model=MODEL)
    assert rows(database, WAITING) == [("black tea",), ("green ",), ("tea",)]
    assert rows(database, "SELECT * FROM vectors") == []


def archived(database: Database) -> list[Archived]:
    with SqliteArchive(database).snapshot(HERE.project_id) as documents:
        return list(documents)
