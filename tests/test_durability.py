"""What was acknowledged is there: after a kill, beside other processes, on a full disk."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Literal

import anyio
import pytest

from ltmc_server.errors import StoreUnavailable
from ltmc_server.settings import Settings
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.words import define
from tests.builders import HERE, MODEL, PROJECT, draft, pieces
from tests.wire import Wire

STORES = 50


def test_an_acknowledged_text_survives_a_kill_at_once_after_the_answer(tmp_path: Path) -> None:
    acknowledged: dict[str, str] = {}
    for number in range(3):
        with Wire.open(tmp_path) as wire:
            for name, id in acknowledged.items():
                assert wire.call("get", file_name=name)["id"] == id
            stored = wire.call("store", file_name=f"{number}.md", content=f"tea word{number}")
            wire.process.kill()
            acknowledged[f"{number}.md"] = stored["id"]

    with Wire.open(tmp_path) as wire:
        for number, (name, id) in enumerate(acknowledged.items()):
            assert wire.call("get", id=id)["content"] == f"tea word{number}"
            found = wire.call("retrieve", query=f"word{number}", top_k=1)["documents"]
            assert [(hit["file_name"], hit["id"]) for hit in found] == [(name, id)]
    assert_whole(tmp_path)


@pytest.mark.parametrize("answers", [1, 23, 45])
def test_a_kill_in_the_middle_of_many_stores_loses_none_that_was_answered(
    tmp_path: Path, answers: int
) -> None:
    with Wire.open(tmp_path) as wire:
        names = {
            wire.start_store(f"{number}.md", f"tea word{number} " * 200): f"{number}.md"
            for number in range(STORES)
        }
        acknowledged = [names[wire.read()["id"]] for _ in range(answers)]
        wire.process.kill()

    assert_whole(tmp_path)
    with Database.open(tmp_path / "ltmc.db") as database:
        documents = SqliteDocuments(database)
        for name in acknowledged:
            found = anyio.run(lambda name: documents.get(PROJECT, file_name=name), name)
            assert found is not None, name
        # What was not answered is there whole, or not at all.
        for name in names.values():
            found = anyio.run(lambda name: documents.get(PROJECT, file_name=name), name)
            assert found is None or found.content == f"tea word{name.removesuffix('.md')} " * 200


def test_two_servers_on_one_folder_see_each_others_texts_at_once(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as one, Wire.open(tmp_path) as other:
        for server in (one, other):
            assert server.call("retrieve", query="tea", mode="semantic")["documents"] == []
        for number, (writer, reader) in enumerate([(one, other), (other, one)] * 3):
            text = f"green tea number{number}"
            id = writer.call("store", file_name=f"{number}.md", content=text)["id"]
            assert reader.call("get", id=id)["content"] == text
            for mode in ("semantic", "keyword", "hybrid"):
                found = reader.call("retrieve", query=f"number{number}", mode=mode, top_k=1)
                assert [hit["id"] for hit in found["documents"]] == [id], mode
            writer.call("delete", id=id)
            assert reader.call("retrieve", query="tea", mode="semantic")["documents"] == []


def test_four_servers_that_store_at_once_lose_nothing_and_fail_nothing(tmp_path: Path) -> None:
    """Start together on a folder that is not there, and write together.

    Steps: four servers; fifty stores to each, unanswered; read all answers; look in the record.
    """
    folder = tmp_path / "fresh"
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire.open(folder, greet=False)) for _ in range(4)]
        for wire in wires:
            wire.greet()
        for writer, wire in enumerate(wires):
            for number in range(STORES):
                wire.start_store(f"{writer}-{number}.md", f"tea from {writer}, cup {number}")
        answers = [wire.read() for wire in wires for _ in range(STORES)]
        total = wires[0].call("list", limit=1)["total"]

    assert [answer["result"]["isError"] for answer in answers] == [False] * 4 * STORES
    ids = {answer["result"]["structuredContent"]["id"] for answer in answers}
    assert len(ids) == total == 4 * STORES
    assert_whole(folder)


@pytest.mark.anyio
async def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db") as database:
        documents, passages = SqliteDocuments(database), SqlitePassages(database)
        await documents.put(draft("before", "green"), pieces("green"), model=MODEL)
        changes = await passages.since(None, model=MODEL)
        big = "black " * 20_000

        is_told = pytest.raises(StoreUnavailable, match=r"storing 'big': .* full")
        with full(database.connection), full(database.aside.connection), is_told:
            await documents.put(draft("big", big), pieces(*[big[:1000]] * 120), model=MODEL)

        assert await documents.get(PROJECT, file_name="big") is None
        assert await passages.holding(["black"], HERE, limit=9) == []
        assert (await passages.since(changes.seq, model=MODEL)).seq == changes.seq
        await documents.put(draft("big", big), pieces(*[big[:1000]] * 120), model=MODEL)
        assert (await documents.page(HERE, limit=9, offset=0)).total == 2
    assert_whole(tmp_path)


@pytest.mark.anyio
async def test_of_texts_stored_at_once_only_that_fails_for_which_the_disk_has_no_room(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "ltmc.db") as database:
        documents, passages = SqliteDocuments(database), SqlitePassages(database)
        await documents.put(draft("before", "green"), pieces("green"), model=MODEL)
        sizes = [30 if number == 5 else 1 for number in range(12)]

        async def put(number: int, size: int) -> object:
            texts = [f"{number} black {at} " * 30 * size for at in range(size)]
            text = draft(f"{number}", "".join(texts))
            try:
                return (await documents.put(text, pieces(*texts), model=MODEL)).document.version
            except StoreUnavailable as error:
                return str(error)

        with full(database.connection, spare=40):
            found = await asyncio.gather(*map(put, range(12), sizes))

        assert "SQLite failed while storing '5': " in str(found.pop(5))
        assert found == [1] * 11
        assert (await documents.page(HERE, limit=99, offset=0)).total == 12
        assert len(await passages.holding(["black"], HERE, limit=99)) == 11
    assert_whole(tmp_path)


@pytest.mark.anyio
@pytest.mark.parametrize(("durability", "synchronous"), [("full", 2), ("normal", 1)])
async def test_a_power_cut_is_survived_as_the_setting_says(
    tmp_path: Path, durability: Literal["full", "normal"], synchronous: int
) -> None:
    with Database.open(tmp_path / "ltmc.db", durability=durability) as database:
        assert database.connection.execute("PRAGMA synchronous").fetchone()[0] == synchronous
        assert database.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert Settings(data_dir=tmp_path).durability == "full"


@contextmanager
def full(connection: sqlite3.Connection, spare: int = 0) -> Iterator[None]:
    """Let the file grow by no more than so many pages, as on a disk that is full."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + spare}")
    try:
        yield
    finally:
        connection.execute("PRAGMA max_page_count = 1000000000")


def assert_whole(folder: Path) -> None:
    """Have SQLite check the file, and the full text index against the texts."""
    with closing(sqlite3.connect(folder / "ltmc.db", isolation_level=None)) as connection:
        define(connection)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        # It raises where they differ.
        connection.execute(
            "INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1)"
        )
        # What has no vector waits for one.
        lacking = """SELECT count(*) FROM passages
            WHERE (id IN (SELECT passage_id FROM vectors))
                + (id IN (SELECT passage_id FROM unembedded)) <> 1"""
        assert connection.execute(lacking).fetchone() == (0,)
