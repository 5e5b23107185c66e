"""What every store promises of scripts without spaces: any part of what was kept is found."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.model import PassageId, Scope
from ltmc_server.retrieval.words import words
from ltmc_server.stores.attempts import AttemptDraft, AttemptFilter, AttemptStore
from ltmc_server.stores.in_memory.attempts import InMemoryAttempts
from ltmc_server.stores.messages import MessageFilter
from ltmc_server.stores.spacing import is_run
from ltmc_server.stores.sqlite import migrations
from ltmc_server.stores.sqlite.archive import SqliteArchive
from ltmc_server.stores.sqlite.attempts import SqliteAttempts
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.documents import SqliteDocuments
from ltmc_server.stores.sqlite.migrations import steps
from ltmc_server.stores.sqlite.passages import SqlitePassages
from ltmc_server.stores.sqlite.todos import SqliteTodos
from ltmc_server.stores.todos import TodoFilter
from tests.builders import HERE, MODEL, draft, pieces
from tests.stores import message_stores, todo_stores
from tests.stores.conftest import RECORDS, Record

pytestmark = pytest.mark.anyio

TEXT = "请使用FAISS索引来做向量检索。緑茶は七十度。ｶﾞｽ 서버를 재시작 ฐานข้อมูล"

FOUND = (
    *("索", "索引", "向量检索", "FAISS索引", "使用FAISS", "ＦＡＩＳＳ"),
    *("茶", "緑茶", "七十度", "ガス", "ｶﾞｽ"),
    *("서버", "서버를", "재시작", "시작", "ฐานข้อมูล", "ข้อมูล"),
)
NOT_FOUND = ("引索", "红茶", "度量", "버서", "股")


@pytest.mark.parametrize("word", FOUND)
async def test_a_part_of_a_passage_finds_it(record: Record, word: str) -> None:
    await record.documents.put(draft("a", TEXT), pieces(TEXT), model=MODEL)

    assert await found(record, [word])
    assert await found(record, words(word))


@pytest.mark.parametrize("word", [*NOT_FOUND, "FAISS检索", "索引FAISS"])
async def test_what_is_not_in_a_passage_does_not_find_it(record: Record, word: str) -> None:
    await record.documents.put(draft("a", TEXT), pieces(TEXT), model=MODEL)

    assert not await found(record, [word])


async def test_a_file_name_without_spaces_finds_its_text(record: Record) -> None:
    await record.documents.put(draft("会议记录.md", "tea"), pieces("tea"), model=MODEL)

    assert await found(record, ["记录"])


async def test_a_passage_that_was_deleted_is_not_found(record: Record) -> None:
    stored = await record.documents.put(draft("a", TEXT), pieces(TEXT), model=MODEL)
    await record.documents.remove([stored.document.id])

    assert not await found(record, ["索引", "茶", "서버"])


@pytest.mark.parametrize("kind", RECORDS)
@settings(max_examples=25, deadline=None)
@given(text=st.text("茶道全文検索あアー서버 aB1é_.", min_size=1, max_size=12), data=st.data())
async def test_any_part_of_any_text_finds_it(
    kind: str, text: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    looked_for = words(text[start:])
    with RECORDS[kind](tmp_path_factory.mktemp("record")) as record:
        await record.documents.put(draft("n", text), pieces(text), model=MODEL)
        for word in looked_for:
            if is_run(word):
                assert await found(record, [word]), word


@pytest.mark.parametrize("kind", todo_stores.STORES)
async def test_todos_are_found(kind: str) -> None:
    with todo_stores.opened(kind) as store:
        await todo_stores.added(store, TEXT)
        for word in FOUND:
            wanted = TodoFilter(project_id="here", query=word)
            assert (await store.page(wanted, limit=9, offset=0)).total == 1, word
            assert await store.find(word, Scope(project_id="here"), limit=9), word
        for word in NOT_FOUND:
            wanted = TodoFilter(project_id="here", query=word)
            assert (await store.page(wanted, limit=9, offset=0)).total == 0, word


@pytest.mark.parametrize("kind", message_stores.STORES)
async def test_messages_are_found(kind: str) -> None:
    with message_stores.opened(kind) as setup:
        store = setup.store
        await message_stores.said(store, TEXT)
        for word in FOUND:
            wanted = MessageFilter(project_id="here", query=word)
            assert (await store.page(wanted, limit=9, offset=0)).total == 1, word
            assert await store.find(word, Scope(project_id="here"), limit=9), word


@pytest.mark.parametrize("kind", ["in_memory", "sqlite"])
async def test_attempts_are_found(kind: str, tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db", durability="normal") as database:
        store: AttemptStore = (
            InMemoryAttempts() if kind == "in_memory" else SqliteAttempts(database)
        )
        await store.add(
            AttemptDraft(
                project_id="here",
                input_prompt=TEXT,
                generated_code="pass",
                result="pass",
                vector=b"",
                model=MODEL,
            )
        )
        for word in FOUND:
            assert await store.shares(AttemptFilter(project_id="here"), word), word


def record_of(database: Database) -> Record:
    return Record(SqliteDocuments(database), SqlitePassages(database), SqliteArchive(database))


async def test_what_an_older_schema_kept_is_found_once_it_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ltmc.db"
    with monkeypatch.context() as older:
        older.setattr(migrations, "steps", lambda: steps()[:9])
        with Database.open(file, durability="normal") as database:
            await SqliteDocuments(database).put(
                draft("会议记录.md", TEXT), pieces(TEXT), model=MODEL
            )
            await todo_stores.added(SqliteTodos(database), TEXT)
            assert not await found(
                Record(
                    SqliteDocuments(database), SqlitePassages(database), SqliteArchive(database)
                ),
                ["索引"],
            )

    with Database.open(file, durability="normal") as database:
        record = Record(
            SqliteDocuments(database), SqlitePassages(database), SqliteArchive(database)
        )
        for word in (*FOUND, "记录"):
            assert await found(record, [word]), word
        wanted = TodoFilter(project_id="here", query="索引")
        assert (await SqliteTodos(database).page(wanted, limit=9, offset=0)).total == 1
        for table in ("passage_words", "todo_words", "message_words", "attempt_words"):
            # Raises where the index and what it is of differ.
            check = f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
            database.connection.execute(check)


async def found(record: Record, looked_for: Sequence[str]) -> list[PassageId]:
    return [each.id for each in await record.passages.holding(looked_for, HERE, limit=9)]
