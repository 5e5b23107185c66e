"""What every change log promises: a view that follows it is as new as the record."""

import pytest

from ltmc_server.model import PassageId
from ltmc_server.stores.interfaces import Changes
from tests.builders import MODEL, PROJECT, draft, pieces
from tests.stores.conftest import Record

pytestmark = pytest.mark.anyio


async def put(record: Record, file_name: str, text: str, project: str = PROJECT) -> None:
    await record.documents.put(
        draft(file_name, text, project_id=project), pieces(text), model=MODEL
    )


def follow(view: dict[PassageId, tuple[str, bytes]], changes: Changes) -> int:
    """Do to a view what the changes say, as a reader of the log does."""
    if changes.whole:
        view.clear()
    for id in changes.removed:
        view.pop(id, None)
    view.update({id: (project, vector) for id, project, vector in changes.added})
    return changes.seq


def vectors(*texts: str, project: str = PROJECT) -> list[tuple[str, bytes]]:
    return sorted((project, piece.vector or b"") for piece in pieces(*texts))


async def test_a_new_view_gets_everything(record: Record) -> None:
    await put(record, "a", "green")
    await put(record, "b", "black")

    changes = await record.passages.since(None, model=MODEL)

    assert changes.whole
    assert sorted((project, vector) for _, project, vector in changes.added) == vectors(
        "green", "black"
    )


async def test_an_empty_record_has_nothing_to_follow(record: Record) -> None:
    changes = await record.passages.since(None, model=MODEL)

    assert (list(changes.added), list(changes.removed)) == ([], [])


async def test_a_view_that_is_up_to_date_gets_nothing(record: Record) -> None:
    await put(record, "a", "green")
    seq = (await record.passages.since(None, model=MODEL)).seq

    changes = await record.passages.since(seq, model=MODEL)

    assert changes.seq == seq
    assert not changes.whole
    assert (list(changes.added), list(changes.removed)) == ([], [])


async def test_a_view_follows_new_versions_and_removals(record: Record) -> None:
    view: dict[PassageId, tuple[str, bytes]] = {}
    await put(record, "a", "green")
    await put(record, "b", "black")
    seq = follow(view, await record.passages.since(None, model=MODEL))

    await put(record, "a", "white")
    changes = await record.passages.since(seq, model=MODEL)
    assert not changes.whole
    assert (len(changes.added), len(changes.removed)) == (1, 1)
    seq = follow(view, changes)
    assert sorted(view.values()) == vectors("white", "black")

    found = await record.documents.get(PROJECT, file_name="b")
    assert found is not None
    await record.documents.remove([found.id])
    follow(view, await record.passages.since(seq, model=MODEL))
    assert sorted(view.values()) == vectors("white")


async def test_what_came_and_went_between_two_looks_is_not_added(record: Record) -> None:
    view: dict[PassageId, tuple[str, bytes]] = {}
    seq = follow(view, await record.passages.since(None, model=MODEL))

    await put(record, "a", "green")
    await put(record, "a", "white")
    changes = await record.passages.since(seq, model=MODEL)

    follow(view, changes)
    assert sorted(view.values()) == vectors("white")
    assert len(changes.added) == 1


async def test_each_vector_is_said_with_its_project(record: Record) -> None:
    await put(record, "a", "green")
    await put(record, "a", "espresso", project="coffee")

    added = (await record.passages.since(None, model=MODEL)).added

    assert sorted((project, vector) for _, project, vector in added) == sorted(
        vectors("green") + vectors("espresso", project="coffee")
    )


async def test_vectors_of_another_model_are_left_out(record: Record) -> None:
    await put(record, "a", "green")
    seq = (await record.passages.since(None, model="model-2")).seq
    await put(record, "b", "black")

    assert list((await record.passages.since(None, model="model-2")).added) == []
    assert list((await record.passages.since(seq, model="model-2")).added) == []


async def test_a_view_ahead_of_the_log_gets_everything(record: Record) -> None:
    await put(record, "a", "green")

    changes = await record.passages.since(1_000_000, model=MODEL)

    assert changes.whole
    assert len(changes.added) == 1
