"""What every store of todos promises, asked of each."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.errors import CyclicDependency, NotFound
from ltmc_server.model import Scope
from ltmc_server.stores.todos import (
    PRIORITIES,
    Priority,
    Todo,
    TodoDraft,
    TodoEdit,
    TodoFilter,
)
from tests.stores.todo_stores import STORES, Store, added, opened

pytestmark = pytest.mark.anyio

HERE = TodoFilter(project_id="here")
few = settings(max_examples=25, deadline=None)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with opened(request.param) as one:
        yield one


async def test_what_was_added_is_read_back(store: Store) -> None:
    draft = TodoDraft(
        project_id="here",
        title="ship it",
        description="on friday",
        priority="high",
        tags=("release", "web"),
        due_at=datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC),
    )

    todo = await store.add(draft)

    assert await store.get("here", todo.id) == todo
    assert (todo.status, todo.completed_at, todo.blocked_by) == ("pending", None, ())
    kept = (todo.title, todo.description, todo.priority, todo.tags, todo.due_at)
    assert kept == (draft.title, draft.description, draft.priority, draft.tags, draft.due_at)


async def test_a_todo_of_another_project_is_not_there(store: Store) -> None:
    todo = await added(store, "secret", project="elsewhere")

    assert await store.get("here", todo.id) is None
    assert await store.edit("here", todo.id, TodoEdit(title="mine")) is None
    assert await store.remove("here", todo.id) is None
    assert (await store.page(HERE, limit=10, offset=0)).total == 0
    assert not await store.find("secret", Scope(project_id="here"), limit=5)
    assert await store.get("elsewhere", todo.id) == todo


@pytest.mark.parametrize("kind", STORES)
@few
@given(priorities=st.lists(st.sampled_from(PRIORITIES), max_size=12), limit=st.integers(1, 5))
async def test_pages_visit_each_todo_once_urgent_first_then_newest(
    kind: str, priorities: list[Priority], limit: int
) -> None:
    with opened(kind) as store:
        todos = [await added(store, f"todo {n}", priority=p) for n, p in enumerate(priorities)]
        visited: list[Todo] = []
        more = True
        while more and len(visited) <= len(priorities):
            page = await store.page(HERE, limit=limit, offset=len(visited))
            visited += page.items
            more = page.has_more

    newest_first = todos[::-1]
    assert visited == sorted(newest_first, key=lambda todo: -PRIORITIES.index(todo.priority))


async def test_each_filter_narrows(store: Store) -> None:
    due = TodoDraft(
        project_id="here",
        title="due",
        priority="urgent",
        tags=("a", "b"),
        due_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    todo = await store.add(due)
    await store.edit("here", todo.id, TodoEdit(status="in_progress"))
    await added(store, "other")

    for wanted in (
        TodoFilter(project_id="here", status="in_progress"),
        TodoFilter(project_id="here", priority="urgent"),
        TodoFilter(project_id="here", tag="b"),
        TodoFilter(project_id="here", due_before=datetime(2026, 1, 2, tzinfo=UTC)),
    ):
        page = await store.page(wanted, limit=10, offset=0)
        assert [todo.title for todo in page.items] == ["due"], wanted
    not_before = TodoFilter(project_id="here", due_before=datetime(2026, 1, 1, tzinfo=UTC))
    assert (await store.page(not_before, limit=10, offset=0)).total == 0


async def test_an_edit_says_what_it_changed_and_touches_nothing_else(store: Store) -> None:
    todo = await added(store, "tea")

    edited = await store.edit("here", todo.id, TodoEdit(title="tea", priority="low"))

    assert edited
    assert edited.changed == ["priority"]
    assert edited.todo.priority == "low"
    assert edited.todo.updated_at > todo.updated_at


async def test_an_edit_that_changes_nothing_leaves_the_time_alone(store: Store) -> None:
    todo = await added(store, "tea")

    edited = await store.edit("here", todo.id, TodoEdit(title="tea", status="pending"))

    assert edited
    assert (edited.changed, edited.todo) == ([], todo)


async def test_due_at_can_be_taken_away(store: Store) -> None:
    due = datetime(2026, 1, 1, tzinfo=UTC)
    todo = await store.add(TodoDraft(project_id="here", title="tea", due_at=due))

    edited = await store.edit("here", todo.id, TodoEdit(due_at="never"))

    assert edited
    assert edited.todo.due_at is None


async def test_completing_stamps_the_time_and_reopening_takes_it_away(store: Store) -> None:
    todo = await added(store, "tea")

    done = await store.edit("here", todo.id, TodoEdit(status="completed"))
    again = await store.edit("here", todo.id, TodoEdit(status="completed"))
    back = await store.edit("here", todo.id, TodoEdit(status="pending"))

    assert done
    assert again
    assert back
    assert done.changed == ["status", "completed_at"]
    assert (again.changed, again.todo) == ([], done.todo)
    assert back.todo.completed_at is None


async def test_a_todo_is_blocked_until_what_it_needs_is_completed(store: Store) -> None:
    wall = await added(store, "build the wall")
    paint = await added(store, "paint the wall", needs=(wall.id,))

    assert paint.blocked_by == (wall.id,)
    await store.edit("here", wall.id, TodoEdit(status="completed"))

    now = await store.get("here", paint.id)
    assert now
    assert (now.depends_on, now.blocked_by) == ((wall.id,), ())


async def test_nothing_depends_on_a_deleted_todo(store: Store) -> None:
    wall = await added(store, "wall")
    paint = await added(store, "paint", needs=(wall.id,))

    await store.remove("here", wall.id)

    now = await store.get("here", paint.id)
    assert now
    assert (now.depends_on, now.blocked_by) == ((), ())


async def test_a_dependency_must_be_a_todo_of_the_project(store: Store) -> None:
    stranger = await added(store, "stranger", project="elsewhere")

    with pytest.raises(NotFound, match=stranger.id):
        await added(store, "mine", needs=(stranger.id,))

    assert (await store.page(HERE, limit=10, offset=0)).total == 0


async def test_a_cycle_is_refused_by_name_and_nothing_is_written(store: Store) -> None:
    first = await added(store, "first")
    second = await added(store, "second", needs=(first.id,))
    third = await added(store, "third", needs=(second.id,))

    edit = TodoEdit(title="last", depends_on=(third.id,))
    with pytest.raises(CyclicDependency) as caught:
        await store.edit("here", first.id, edit)

    assert f"{first.id} needs {third.id} needs {second.id} needs {first.id}" in str(caught.value)
    assert await store.get("here", first.id) == first


async def test_a_todo_can_not_need_itself(store: Store) -> None:
    todo = await added(store, "tea")

    with pytest.raises(CyclicDependency, match=f"{todo.id} needs {todo.id}"):
        await store.edit("here", todo.id, TodoEdit(depends_on=(todo.id,)))


@pytest.mark.parametrize("text", ['"\\', "\x00 \x01 \x1f", "grün 茶 🍵 \u2028", "[1, {}]", "'"])
async def test_a_listed_todo_is_the_one_that_was_added_whatever_its_letters(
    store: Store, text: str
) -> None:
    todo = await store.add(TodoDraft(project_id="here", title=text, description=text, tags=(text,)))

    page = await store.page(HERE, limit=9, offset=0)

    assert list(page.items) == [todo]
    assert (todo.title, todo.description, *todo.tags) == (text,) * 3
