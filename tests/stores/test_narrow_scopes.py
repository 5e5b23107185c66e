"""What is in a scope is found however much there is beside it."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from ltmc_server.model import PassageId, Scope, Vector, Vectors
from ltmc_server.retrieval.view import WIDER, VectorView
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.sqlite import migrations
from ltmc_server.stores.sqlite.database import ASIDE_FROM, Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.migrations import steps
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.together import SCORED_MAX
from ltmc_server.vectors import from_blobs, to_blobs
from tests.builders import HERE, MODEL, draft, pieces
from tests.stores.conftest import Record
from tests.stores.made_up import vectors

if TYPE_CHECKING:
    from ltmc_server.model import ResourceType

pytestmark = pytest.mark.anyio

COUNT = 300
LIMIT = 10
NOTES = replace(HERE, resource_type="note")


async def test_ids_are_asked_for_among_some(record: Record) -> None:
    for number in range(4):
        kind: ResourceType = "note" if number % 2 else "code"
        made = draft(f"{number}.md", resource_type=kind)
        await record.documents.put(made, pieces("tea"), model=MODEL)
    [first, second, third, fourth] = sorted(await record.passages.ids(HERE))

    async def among(scope: Scope, *some: int) -> set[PassageId]:
        return set(await record.passages.ids(scope, [PassageId(one) for one in some]))

    assert await among(NOTES, first, second, third, 9_999) == {second}
    assert await among(HERE, first, fourth, 9_999) == {first, fourth}
    assert await among(Scope(project_id="coffee"), first, second) == set()
    assert await among(NOTES) == set()


@dataclass(frozen=True)
class Filled:
    """A record with made up vectors, and what is in it."""

    view: VectorView
    vectors: Vectors
    ids: list[PassageId]

    async def nearest(self, question: Vector, scope: Scope) -> list[PassageId]:
        assert len(self.ids) > 2 * WIDER * LIMIT
        found = await self.view.nearest(question, scope, limit=LIMIT, model=MODEL)
        return [match.id for match in found]

    def exact(self, question: Vector, numbers: list[int]) -> list[PassageId]:
        by_cosine = sorted(numbers, key=lambda one: -float(self.vectors[one] @ question))
        return [self.ids[number] for number in by_cosine[:LIMIT]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    with Database.open(tmp_path / "ltmc.db", durability="normal") as one:
        yield one


async def filled(database: Database, every: int, how: Literal["type", "expiry"]) -> Filled:
    """Store texts of which each so manieth is in scope."""
    documents, passages = SqliteDocuments(database), SqlitePassages(database)
    made = vectors(COUNT)
    for number, blob in enumerate(to_blobs(made)):
        one = draft(f"{number}.md", resource_type="code" if number % every else "note")
        piece = replace(pieces(f"tea {number}")[0], vector=blob)
        await documents.put(one, [piece], model=MODEL)
    if how == "expiry":
        # A write would delete what has expired: now it is there, and not to be found.
        database.connection.execute(
            "UPDATE documents SET expires_us = 1 WHERE resource_type = 'code'"
        )
    rows = database.connection.execute("SELECT id FROM passages ORDER BY id").fetchall()
    view = VectorView(FaissVectors, passages, passages)
    return Filled(view, from_blobs(to_blobs(made)), [row["id"] for row in rows])


@pytest.mark.parametrize("every", [1, 2, 7, 60, COUNT + 1])
@pytest.mark.parametrize("how", ["type", "expiry"])
async def test_the_nearest_in_a_scope_are_found_however_few_are_in_it(
    database: Database, every: int, how: Literal["type", "expiry"]
) -> None:
    here = await filled(database, every, how)
    fitting = [number for number in range(COUNT) if number % every == 0]

    for question in vectors(5, seed=8):
        expected = here.exact(question, fitting)
        assert await here.nearest(question, NOTES if how == "type" else HERE) == expected


@pytest.mark.parametrize("many", [SCORED_MAX + 100, ASIDE_FROM + 100])
async def test_a_word_that_many_texts_have_is_found_in_the_few_of_a_scope(
    database: Database, many: int
) -> None:
    documents, passages = SqliteDocuments(database), SqlitePassages(database)
    # Longer than the others, so that none of the best is in scope.
    longer = "green tea " + "of a long leaf " * 9
    await documents.put(draft("0.md", resource_type="note"), pieces(longer), model=MODEL)
    for number in range(1, many):
        one = draft(f"{number}.md", resource_type="code")
        await documents.put(one, pieces("tea"), model=MODEL)

    found = await passages.holding(["tea"], NOTES, limit=5)
    both = await passages.holding(["green", "tea"], NOTES, limit=5)

    assert [one.id for one in found] == [one.id for one in both] == [1]
    assert 0 < found[0].share <= 1
    assert 0 < both[0].share <= 1
    assert not await passages.holding(["tea"], replace(HERE, conversation_id="c"), limit=5)


async def test_the_newest_are_listed_without_going_through_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ltmc.db"
    with monkeypatch.context() as older:
        older.setattr(migrations, "steps", lambda: steps()[:10])
        with Database.open(file, durability="normal") as database:
            await SqliteDocuments(database).put(draft("1.md"), pieces("tea"), model=MODEL)
            database.connection.execute("ANALYZE")
            # As of a record with very many documents, all of one project.
            database.connection.execute(
                "UPDATE sqlite_stat1 SET stat = '100000 100000 1' WHERE tbl = 'documents'"
            )
        with Database.open(file) as database:
            assert "SCAN" in _plan(database.connection)

    for _ in range(2):
        with Database.open(file) as database:
            assert "SCAN" not in _plan(database.connection)
            assert not database.connection.execute("SELECT * FROM sqlite_stat1").fetchall()
            await SqliteDocuments(database).put(draft("2.md"), pieces("tea"), model=MODEL)


def _plan(db: sqlite3.Connection) -> str:
    sql = """EXPLAIN QUERY PLAN SELECT * FROM documents WHERE project_id = ?
             ORDER BY created_us DESC, id DESC LIMIT 10"""
    return " ".join(row["detail"] for row in db.execute(sql, ("tea",)))
