"""The vector view is as new as the record, whoever wrote to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.model import DocumentId, Scope
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.view import PROJECTS_MAX, VectorView
from ltmc_server.stores.faiss import FaissVectors
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages
from tests.builders import HERE, draft

pytestmark = pytest.mark.anyio

EMBEDDER = HashingEmbedder()


@dataclass(frozen=True)
class Process:
    """What one server process holds: a connection, and a view of its own."""

    database: Database
    documents: SqliteDocuments
    view: VectorView

    async def store(self, file_name: str, content: str) -> DocumentId:
        made = await Indexer(self.view.passages, lambda: EMBEDDER).pieces(content, file_name)
        stored = await self.documents.put(draft(file_name, content), made.pieces, model=made.model)
        return stored.document.id

    async def find(self, query: str) -> list[str]:
        """Return the texts nearest to the query, by vectors alone."""
        [vector] = await EMBEDDER.embed([query])
        hits = await self.view.nearest(vector, HERE, limit=9, model=EMBEDDER.model)
        near = [hit.id for hit in hits if hit.strength > 0.5]
        return [each.text for each in await self.view.passages.get(near)]


def process(database: Database) -> Process:
    passages = SqlitePassages(database)
    view = VectorView(FaissVectors, passages, passages)
    return Process(database, SqliteDocuments(database), view)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Process, Process]]:
    file = tmp_path / "ltmc.db"
    with Database.open(file) as one, Database.open(file) as other:
        yield process(one), process(other)


async def test_nothing_is_loaded_before_the_first_question(two: tuple[Process, Process]) -> None:
    one, _ = two
    await one.store("a", "green tea")
    assert one.view.seq is None

    assert await one.find("green tea") == ["green tea"]
    assert one.view.seq is not None


async def test_two_views_on_one_file_follow_each_others_writes(
    two: tuple[Process, Process],
) -> None:
    one, other = two
    assert (await one.find("tea"), await other.find("tea")) == ([], [])

    id = await one.store("a", "green tea")
    assert await other.find("green tea") == ["green tea"]
    await other.store("a", "black coffee")
    assert await one.find("black coffee") == ["black coffee"]
    assert await one.find("green tea") == []
    await other.documents.remove([id])
    assert await one.find("black coffee") == []
    assert await other.find("black coffee") == []
    assert len(one.view) == len(other.view) == 0


async def test_a_view_loads_everything_when_the_log_was_trimmed(
    two: tuple[Process, Process],
) -> None:
    one, other = two
    gone = await one.store("a", "green tea")
    assert await other.find("green tea") == ["green tea"]
    await one.documents.remove([gone])
    await one.store("b", "black coffee")
    one.database.connection.execute(
        "DELETE FROM changes WHERE seq < (SELECT max(seq) FROM changes)"
    )

    assert await other.find("green tea") == []
    assert await other.find("black coffee") == ["black coffee"]
    assert len(other.view) == 1


async def test_cosines_are_told_of_passages_that_have_a_vector(
    two: tuple[Process, Process],
) -> None:
    one, _ = two
    await one.store("a", "green tea")
    [id] = await one.view.passages.ids(HERE)
    [vector] = await EMBEDDER.embed(["green tea"])
    await one.view.nearest(vector, HERE, limit=1, model=EMBEDDER.model)

    cosines = one.view.cosines(vector, HERE, [id])

    assert {id: round(cosine, 3) for id, cosine in cosines.items()} == {id: 1.0}
    assert one.view.cosines(vector, HERE, []) == {}


async def test_no_more_projects_are_followed_than_the_bound(two: tuple[Process, Process]) -> None:
    one, _ = two
    await one.store("a", "green tea")
    [vector] = await EMBEDDER.embed(["green tea"])

    for number in range(PROJECTS_MAX + 3):
        elsewhere = Scope(project_id=f"p{number}")
        assert not await one.view.nearest(vector, elsewhere, limit=9, model=EMBEDDER.model)

    assert len(one.view.projects) == PROJECTS_MAX
    assert HERE.project_id not in one.view.projects
    assert await one.find("green tea") == ["green tea"]
