"""What every document store promises, asked of every implementation."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ltmc_server.errors import Conflict
from ltmc_server.model import DocumentId
from tests.builders import HERE, LONG_AGO, MODEL, PROJECT, draft, pieces
from tests.stores.conftest import Record

pytestmark = pytest.mark.anyio


async def test_a_stored_text_comes_back_with_all_that_was_said_of_it(record: Record) -> None:
    event = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
    far = datetime(2999, 1, 1, tzinfo=UTC)

    put = await record.documents.put(
        draft(
            "a.md",
            "grün 茶 \x00 🍵",
            resource_type="note",
            conversation_id="c1",
            tags=("x", "y"),
            metadata={"deep": {"list": [1, None, "z"]}},
            event_time=event,
            expires_at=far,
        ),
        pieces("grün 茶 ", "\x00 🍵"),
        model=MODEL,
    )
    found = await record.documents.get(PROJECT, id=put.document.id)

    assert found is not None
    assert found.content == "grün 茶 \x00 🍵"
    assert (found.file_name, found.resource_type, found.conversation_id) == ("a.md", "note", "c1")
    assert (tuple(found.tags), found.metadata) == (("x", "y"), {"deep": {"list": [1, None, "z"]}})
    assert (found.event_time, found.expires_at) == (event, far)
    assert (found.version, found.chars, found.chunk_count) == (1, 10, 2)
    assert found == await record.documents.get(PROJECT, file_name="a.md")


async def test_another_text_under_the_same_name_is_the_next_version(record: Record) -> None:
    first = await record.documents.put(draft("a.md", "green"), pieces("green"), model=MODEL)
    second = await record.documents.put(draft("a.md", "black"), pieces("black"), model=MODEL)

    assert second.document.id == first.document.id
    assert second.document.version == 2
    assert second.document.created_at == first.document.created_at
    assert second.document.updated_at >= first.document.updated_at
    versions = await record.documents.versions(first.document.id)
    assert [(each.version, each.content) for each in versions] == [(2, "black"), (1, "green")]
    found = await record.documents.get(PROJECT, file_name="a.md")
    assert found is not None
    assert found.content == "black"


async def test_a_new_version_is_found_by_its_own_words_only(record: Record) -> None:
    await record.documents.put(draft("a.md", "green"), pieces("green"), model=MODEL)
    await record.documents.put(draft("a.md", "black"), pieces("bl", "ack"), model=MODEL)

    assert await record.passages.holding(["green"], HERE, limit=9) == []
    assert len(await record.passages.ids(HERE)) == 2


async def test_the_same_text_again_is_no_new_version_but_its_labels_are_kept(
    record: Record,
) -> None:
    await record.documents.put(draft("a.md", tags=("old",)), pieces("green tea"), model=MODEL)
    ids = await record.passages.ids(HERE)
    before = await record.passages.since(None, model=MODEL)

    again = await record.documents.put(
        draft("a.md", tags=("new",), resource_type="note"), pieces("green tea"), model=MODEL
    )

    assert (again.document.version, again.document.chunk_count) == (1, 1)
    assert (tuple(again.document.tags), again.document.resource_type) == (("new",), "note")
    assert await record.passages.ids(HERE) == ids
    assert list((await record.passages.since(before.seq, model=MODEL)).added) == []
    assert len(await record.documents.versions(again.document.id)) == 1


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_a_draft_for_another_version_is_refused_and_changes_nothing(
    record: Record, expected: int
) -> None:
    await record.documents.put(draft("a.md", "one"), pieces("one"), model=MODEL)
    await record.documents.put(draft("a.md", "two"), pieces("two"), model=MODEL)

    with pytest.raises(Conflict, match="version 2 is stored"):
        await record.documents.put(
            draft("a.md", "lost", expected_version=expected), pieces("lost"), model=MODEL
        )

    found = await record.documents.get(PROJECT, file_name="a.md")
    assert found is not None
    assert found.content == "two"
    assert await record.passages.holding(["lost"], HERE, limit=9) == []


async def test_a_draft_for_the_stored_version_is_taken(record: Record) -> None:
    await record.documents.put(draft("a.md", "1", expected_version=0), pieces("1"), model=MODEL)
    stored = await record.documents.put(
        draft("a.md", "2", expected_version=1), pieces("2"), model=MODEL
    )

    assert stored.document.version == 2


async def test_a_draft_for_a_version_of_what_is_not_there_is_refused(record: Record) -> None:
    with pytest.raises(Conflict, match="nothing is stored under that name"):
        await record.documents.put(draft("a.md", expected_version=1), pieces("x"), model=MODEL)

    assert (await record.documents.page(HERE, limit=9, offset=0)).total == 0


async def test_a_repeated_key_stores_nothing_and_returns_what_the_first_did(
    record: Record,
) -> None:
    request = draft("a.md", "one", idempotency_key="k")
    first = await record.documents.put(request, pieces("one"), model=MODEL)
    await record.documents.put(draft("a.md", "two"), pieces("two"), model=MODEL)

    again = await record.documents.put(request, pieces("one"), model=MODEL)

    assert (again.document.id, again.document.version) == (first.document.id, 1)
    found = await record.documents.get(PROJECT, file_name="a.md")
    assert found is not None
    assert (found.version, found.content) == (2, "two")


async def test_a_key_of_another_request_is_refused(record: Record) -> None:
    await record.documents.put(draft("a.md", idempotency_key="k"), pieces("x"), model=MODEL)

    with pytest.raises(Conflict, match="'k' was used for another request"):
        await record.documents.put(draft("b.md", idempotency_key="k"), pieces("x"), model=MODEL)

    assert await record.documents.get(PROJECT, file_name="b.md") is None


async def test_a_key_is_of_one_project(record: Record) -> None:
    await record.documents.put(draft("a.md", idempotency_key="k"), pieces("x"), model=MODEL)
    other = await record.documents.put(
        draft("b.md", idempotency_key="k", project_id="coffee"), pieces("x"), model=MODEL
    )

    assert other.document.project_id == "coffee"


async def test_a_key_whose_document_is_gone_stores_anew(record: Record) -> None:
    request = draft("a.md", idempotency_key="k")
    first = await record.documents.put(request, pieces("x"), model=MODEL)
    await record.documents.remove([first.document.id])

    again = await record.documents.put(request, pieces("x"), model=MODEL)

    assert again.document.id != first.document.id
    assert await record.documents.get(PROJECT, file_name="a.md") is not None


async def test_a_key_whose_document_has_expired_stores_anew(record: Record) -> None:
    request = draft("a.md", idempotency_key="k", expires_at=LONG_AGO)
    first = await record.documents.put(request, pieces("x"), model=MODEL)
    again = await record.documents.put(request, pieces("x"), model=MODEL)

    assert again.document.id != first.document.id


async def test_an_equal_text_of_the_project_is_named_as_its_duplicate(record: Record) -> None:
    first = await record.documents.put(draft("a.md"), pieces("x"), model=MODEL)
    twin = await record.documents.put(draft("b.md"), pieces("x"), model=MODEL)

    assert first.duplicate_of is None
    assert twin.duplicate_of == first.document.id


async def test_texts_of_other_projects_and_expired_ones_are_no_duplicates(record: Record) -> None:
    await record.documents.put(draft("a.md", project_id="coffee"), pieces("x"), model=MODEL)
    await record.documents.put(
        draft("b.md", project_id="coffee", expires_at=LONG_AGO), pieces("x"), model=MODEL
    )
    await record.documents.put(draft("c.md", expires_at=LONG_AGO), pieces("x"), model=MODEL)

    assert (
        await record.documents.put(draft("d.md"), pieces("x"), model=MODEL)
    ).duplicate_of is None


async def test_a_document_of_another_project_is_not_there(record: Record) -> None:
    stored = await record.documents.put(draft("a.md"), pieces("x"), model=MODEL)

    assert await record.documents.get("coffee", id=stored.document.id) is None
    assert await record.documents.get("coffee", file_name="a.md") is None
    assert await record.documents.get(PROJECT, id="mem_unknown") is None


async def test_what_has_expired_is_as_if_deleted(record: Record) -> None:
    stored = await record.documents.put(
        draft("a.md", expires_at=LONG_AGO), pieces("green tea"), model=MODEL
    )
    id = stored.document.id

    assert await record.documents.get(PROJECT, id=id) is None
    assert await record.documents.get(PROJECT, file_name="a.md") is None
    assert (await record.documents.page(HERE, limit=9, offset=0)).total == 0
    assert await record.documents.versions(id) == []
    assert await record.passages.holding(["green"], HERE, limit=9) == []
    assert await record.passages.ids(HERE) == []
    assert await record.documents.remove([id]) == 0


async def test_a_name_whose_document_has_expired_begins_at_version_one(record: Record) -> None:
    old = await record.documents.put(
        draft("a.md", "old", expires_at=LONG_AGO), pieces("old"), model=MODEL
    )
    new = await record.documents.put(
        draft("a.md", "new", expected_version=0), pieces("new"), model=MODEL
    )

    assert new.document.version == 1
    assert new.document.id != old.document.id
    [found] = (await record.documents.page(HERE, limit=9, offset=0)).items
    assert found.id == new.document.id


async def test_removal_takes_versions_and_passages_along_and_counts(record: Record) -> None:
    one = await record.documents.put(draft("a.md"), pieces("green"), model=MODEL)
    two = await record.documents.put(draft("b.md"), pieces("green"), model=MODEL)
    gone = await record.passages.ids(HERE)

    removed = await record.documents.remove(
        [one.document.id, DocumentId("mem_unknown"), two.document.id, one.document.id]
    )

    assert removed == 2
    assert await record.documents.get(PROJECT, id=one.document.id) is None
    assert await record.documents.versions(one.document.id) == []
    assert await record.passages.get(gone) == []
    assert await record.passages.holding(["green"], HERE, limit=9) == []


async def test_what_storing_returns_is_what_is_read_from_then_on(record: Record) -> None:
    said = draft(
        "a.md",
        "green",
        tags=("x",),
        metadata={"deep": {"list": [1, None, 0.1]}},
        event_time=datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC),
        expires_at=datetime(2999, 1, 1, tzinfo=UTC),
    )
    for text in (said, replace(said, tags=(), resource_type="note"), replace(said, content="red")):
        put = await record.documents.put(text, pieces(text.content), model=MODEL)
        found = await record.documents.get(PROJECT, file_name="a.md")

        assert found is not None
        assert found.content == text.content
        assert put.document == replace(found, content=None)
