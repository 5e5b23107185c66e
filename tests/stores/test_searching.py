"""Searches by words: whichever store is asked, however many rows it has, whoever has them."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.model import Scope
from ltmc_server.stores.messages import MessageFilter
from ltmc_server.stores.sqlite.database import ASIDE_FROM, Database
from ltmc_server.stores.sqlite.messages import SqliteMessages
from ltmc_server.stores.sqlite.rows import ALIKE
from ltmc_server.stores.sqlite.todos import SqliteTodos
from ltmc_server.stores.todos import Priority, TodoFilter
from tests.stores import message_stores, todo_stores
from tests.stores.conftest import threads_beside

pytestmark = pytest.mark.anyio

few = settings(max_examples=40, deadline=None)

HERE = Scope(project_id="here")
WORDS = st.sampled_from(["a", "ab", "abc", "b", "tea", "teapot", "oil"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=12)
QUERIES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
PROJECTS = st.lists(st.sampled_from(["here", "there"]), min_size=12, max_size=12)

Told = Sequence[tuple[str, float]]
"""Texts and their scores."""


@few
@given(texts=TEXTS, projects=PROJECTS, query=QUERIES, limit=st.integers(1, 12))
async def test_stores_of_messages_find_the_same_in_the_same_order(
    texts: list[str], projects: list[str], query: str, limit: int
) -> None:
    async def told(kind: str) -> tuple[Told, Sequence[str], int]:
        with message_stores.opened(kind) as setup:
            for text, project in zip(texts, projects, strict=False):
                await message_stores.said(setup.store, text, project=project)
            found = await setup.store.find(query, HERE, limit=limit)
            wanted = MessageFilter(project_id="here", query=query)
            page = await setup.store.page(wanted, limit=limit, offset=1)
        scored = [(one.text, one.score) for one in found]
        return scored, [one.content for one in page.items], page.total

    assert await told("sqlite") == await told("in_memory")


@few
@given(
    texts=TEXTS,
    priorities=st.lists(st.sampled_from(["low", "medium", "high"]), min_size=12, max_size=12),
    query=QUERIES,
    limit=st.integers(1, 12),
)
async def test_stores_of_todos_find_the_same_in_the_same_order(
    texts: list[str], priorities: list[Priority], query: str, limit: int
) -> None:
    async def told(kind: str) -> tuple[Told, Sequence[str], int]:
        with todo_stores.opened(kind) as store:
            for text, priority in zip(texts, priorities, strict=False):
                await todo_stores.added(store, text, priority=priority)
            found = await store.find(query, HERE, limit=limit)
            wanted = TodoFilter(project_id="here", query=query)
            page = await store.page(wanted, limit=limit, offset=1)
        scored = [(one.text, one.score) for one in found]
        return scored, [one.title for one in page.items], page.total

    assert await told("sqlite") == await told("in_memory")


@pytest.mark.parametrize("kind", todo_stores.STORES)
async def test_a_todo_that_was_searched_for_says_what_it_waits_for(kind: str) -> None:
    with todo_stores.opened(kind) as store:
        first = await todo_stores.added(store, "buy oil")
        await todo_stores.added(store, "oil the hinges", needs=(first.id,))

        wanted = TodoFilter(project_id="here", query="hinges")
        page = await store.page(wanted, limit=5, offset=0)

    assert [todo.blocked_by for todo in page.items] == [(first.id,)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "ltmc.db", durability="normal") as one:
        yield one


async def test_what_many_of_another_project_hold_better_is_found_behind_them(
    database: Database,
) -> None:
    store = SqliteMessages(database)
    mine = await message_stores.said(store, "tea")
    for _ in range(2 * ALIKE + 1):
        await message_stores.said(store, "tea with oil", project="there")
    latest = await message_stores.said(store, "tea")

    found = await store.find("tea oil", HERE, limit=3)

    assert [one.id for one in found] == [latest.id, mine.id]


async def test_many_messages_are_searched_in_a_thread_as_few_are(database: Database) -> None:
    store = SqliteMessages(database)
    await message_stores.said(store, "oil the hinges")
    async with asyncio.TaskGroup() as together:
        for number in range(ASIDE_FROM):
            together.create_task(message_stores.said(store, f"tea {number}"))
    few_rows = threads_beside()

    newest = await message_stores.said(store, "tea at last")
    found = await store.find("tea hinges", HERE, limit=2)
    page = await store.page(MessageFilter(project_id="here", query="te"), limit=1, offset=0)

    assert [one.text for one in found] == ["oil the hinges", "tea at last"]
    assert (page.total, page.items) == (ASIDE_FROM + 1, [newest])
    assert threads_beside() > few_rows


async def test_many_todos_are_searched_in_a_thread_as_few_are(database: Database) -> None:
    store = SqliteTodos(database)
    async with asyncio.TaskGroup() as together:
        for number in range(ASIDE_FROM):
            together.create_task(todo_stores.added(store, f"tea {number}"))
    few_rows = threads_beside()
    urgent = await todo_stores.added(store, "tea at last", priority="urgent")

    page = await store.page(TodoFilter(project_id="here", query="tea"), limit=1, offset=0)

    assert (page.total, page.items) == (ASIDE_FROM + 1, [urgent])
    assert threads_beside() > few_rows
