"""What every archive of documents promises, asked of every implementation."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from ltmc_server.errors import StoreUnavailable
from ltmc_server.model import DocumentId, Version, now
from ltmc_server.stores.archive import Archived
from ltmc_server.stores.sqlite.archive import SqliteArchive
from ltmc_server.stores.sqlite.database import Database
from tests.builders import HERE, LONG_AGO, MODEL, PROJECT, draft, pieces
from tests.stores.conftest import Record

pytestmark = pytest.mark.anyio

OLD = Archived(
    id=DocumentId("mem_00000000000000000000000001"),
    file_name="old.md",
    resource_type="note",
    conversation_id="c",
    tags=("a", "b"),
    metadata={"deep": [None, {"x": 1}]},
    created_at=LONG_AGO,
    updated_at=LONG_AGO + timedelta(microseconds=3),
    event_time=LONG_AGO - timedelta(days=40_000),
    expires_at=None,
    versions=(
        Version(version=2, content="green", created_at=LONG_AGO),
        Version(version=5, content="black tea", created_at=LONG_AGO + timedelta(microseconds=1)),
    ),
)


def archived(record: Record, project: str = PROJECT) -> list[Archived]:
    with record.archive.snapshot(project) as documents:
        return list(documents)


async def restore(record: Record, document: Archived, project: str = PROJECT) -> str:
    text = document.versions[-1].content
    return await record.archive.restore(project, document, pieces(text), model=MODEL)


async def test_what_is_restored_comes_out_again(record: Record) -> None:
    assert await record.archive.standing(PROJECT, OLD) == "absent"
    assert await restore(record, OLD) == "absent"

    assert archived(record) == [OLD]
    found = await record.documents.get(PROJECT, id=OLD.id)
    assert found is not None
    assert (found.content, found.version, found.chars, found.chunk_count) == ("black tea", 5, 9, 1)
    versions = await record.documents.versions(OLD.id)
    assert [each.version for each in versions] == [5, 2]
    [match] = await record.passages.holding(["black"], HERE, limit=5)
    [passage] = await record.passages.get([match.id])
    assert passage.document.id == OLD.id
    assert [id for id, _, _ in (await record.passages.since(None, model=MODEL)).added] == [match.id]


async def test_what_was_stored_can_be_restored_elsewhere_and_goes_on(record: Record) -> None:
    await record.documents.put(draft("a.md", "one"), pieces("one"), model=MODEL)
    await record.documents.put(draft("a.md", "two"), pieces("two"), model=MODEL)
    [document] = archived(record)
    await record.documents.remove([document.id])

    assert await restore(record, document, "elsewhere") == "absent"
    assert archived(record) == []
    assert archived(record, "elsewhere") == [document]

    put = await record.documents.put(
        draft("a.md", "three", project_id="elsewhere"), pieces("three"), model=MODEL
    )
    assert (put.document.id, put.document.version) == (document.id, 3)


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({}, "same"),
        ({"tags": ("a",)}, "differs"),
        ({"metadata": {}}, "differs"),
        ({"updated_at": LONG_AGO}, "differs"),
        ({"file_name": "other.md"}, "differs"),
        ({"versions": OLD.versions[1:]}, "differs"),
        ({"id": DocumentId("mem_00000000000000000000000002")}, "name taken"),
    ],
    ids=str,
)
async def test_what_is_there_stays_as_it_is(
    record: Record, change: dict[str, Any], standing: str
) -> None:
    await restore(record, OLD)
    other = replace(OLD, **change)

    assert await record.archive.standing(PROJECT, other) == standing
    assert await restore(record, other) == standing
    assert archived(record) == [OLD]


async def test_an_id_of_another_project_is_taken(record: Record) -> None:
    await restore(record, OLD)

    assert await restore(record, OLD, "elsewhere") == "differs"
    assert archived(record, "elsewhere") == []


async def test_the_place_of_what_has_expired_is_free(record: Record) -> None:
    await record.documents.put(
        draft("old.md", "gone", expires_at=LONG_AGO), pieces("gone"), model=MODEL
    )
    past = replace(OLD, file_name="x.md", expires_at=LONG_AGO)
    await restore(record, past, "elsewhere")

    assert archived(record) == []
    assert await restore(record, OLD) == "absent"
    assert archived(record) == [OLD]
    assert await record.passages.holding(["gone"], HERE, limit=5) == []


async def test_documents_come_oldest_first(record: Record) -> None:
    for number, name in enumerate(["c", "a", "b"]):
        moment = LONG_AGO - timedelta(days=number)
        id = DocumentId(f"mem_{number:026}")
        await restore(record, replace(OLD, id=id, file_name=name, created_at=moment))

    assert [each.file_name for each in archived(record)] == ["b", "a", "c"]


async def test_a_snapshot_is_one_moment(record: Record) -> None:
    for name in ("a", "b"):
        await record.documents.put(draft(name, "old"), pieces("old"), model=MODEL)

    with record.archive.snapshot(PROJECT) as documents:
        seen = [next(documents)]
        await record.documents.put(draft("b", "new"), pieces("new"), model=MODEL)
        await record.documents.put(draft("c", "new"), pieces("new"), model=MODEL)
        seen += documents

    assert [(each.file_name, each.versions[-1].content) for each in seen] == [
        ("a", "old"),
        ("b", "old"),
    ]


async def test_a_snapshot_may_be_taken_in_a_thread(record: Record) -> None:
    await restore(record, OLD)

    assert await anyio.to_thread.run_sync(archived, record) == [OLD]


async def test_a_record_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db") as database:
        moved = SqliteArchive(database)
        (tmp_path / "ltmc.db").rename(tmp_path / "moved.db")

        with pytest.raises(StoreUnavailable), moved.snapshot(PROJECT) as documents:
            list(documents)


async def test_a_future_expiry_is_kept(record: Record) -> None:
    later = replace(OLD, expires_at=(now() + timedelta(days=1)).replace(microsecond=7))

    await restore(record, later)

    assert archived(record) == [later]
