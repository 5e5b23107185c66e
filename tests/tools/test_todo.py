"""The todo tool, over a store that lives in a dictionary."""

from typing import Any

import pytest

from ltmc_server.errors import CyclicDependency, InvalidArguments, NotFound
from ltmc_server.stores.in_memory.todos import InMemoryTodos
from ltmc_server.tools.todo import TodoTool

pytestmark = pytest.mark.anyio


@pytest.fixture
def todo() -> TodoTool:
    return TodoTool(InMemoryTodos(), "here")


async def refusal(todo: TodoTool, action: str, **arguments: object) -> str:
    with pytest.raises(InvalidArguments) as caught:
        await todo.run(action, arguments)
    assert (await todo.list()).total == 0, "it was stored"
    return str(caught.value)


async def added(todo: TodoTool, **arguments: object) -> Any:  # noqa: ANN401  what a client reads
    return await todo.run("add", {"title": "tea"} | arguments)


async def test_a_new_todo_is_pending_and_medium(todo: TodoTool) -> None:
    one = await todo.add(title="tea")

    assert (one.status, one.priority, one.project_id) == ("pending", "medium", "here")


async def test_a_day_is_due_at_its_first_moment_in_utc(todo: TodoTool) -> None:
    one = await added(todo, due_at="2026-03-01")

    assert one.due_at.isoformat() == "2026-03-01T00:00:00+00:00"


async def test_no_todo_is_made_for_a_priority_that_does_not_exist(todo: TodoTool) -> None:
    said = await refusal(todo, "add", title="tea", priority="asap")

    assert "priority: input should be 'low', 'medium', 'high' or 'urgent'" in said


async def test_no_todo_is_made_without_a_title_or_for_a_time_that_is_none(todo: TodoTool) -> None:
    said = await refusal(todo, "add", title="", due_at="soon")

    assert "title: string should have at least 1 character" in said
    assert "due_at: must be a time as 2026-01-31T12:00:00Z, or a day" in said


async def test_no_todo_is_made_that_needs_one_that_does_not_exist(todo: TodoTool) -> None:
    with pytest.raises(NotFound, match="todo_none") as caught:
        await added(todo, depends_on='["todo_none"]')

    assert caught.value.hint == "depends_on takes ids of todos of the same project."
    assert (await todo.list()).total == 0


async def test_a_list_has_the_urgent_first_then_the_newest(todo: TodoTool) -> None:
    for title, priority in (("a", "low"), ("b", "urgent"), ("c", "low"), ("d", "high")):
        await added(todo, title=title, priority=priority)

    assert [one.title for one in (await todo.list()).items] == ["b", "d", "c", "a"]


async def test_a_list_pages_by_offset(todo: TodoTool) -> None:
    for title in "abc":
        await added(todo, title=title)

    first = await todo.list(limit=2)
    second = await todo.list(limit=2, offset=int(str(first.next)))

    assert [one.title for one in (*first.items, *second.items)] == ["c", "b", "a"]
    assert (first.total, first.has_more, second.has_more) == (3, True, False)


async def test_a_list_narrows_by_status_tag_and_due_time(todo: TodoTool) -> None:
    one = await added(todo, tags=["home"], due_at="2026-03-01")
    await todo.start(todo_id=one.id)
    await added(todo, title="other")

    for narrow in ({"status": "in_progress"}, {"tag": "home"}, {"due_before": "2026-03-02"}):
        page: Any = await todo.run("list", narrow)
        assert [each.id for each in page.items] == [one.id], narrow


@pytest.mark.parametrize("limit", [0, -1, 201])
async def test_a_list_without_a_bound_is_refused(todo: TodoTool, limit: int) -> None:
    assert "limit: input should be" in await refusal(todo, "list", limit=limit)


async def test_completing_says_what_changed_and_twice_changes_nothing(todo: TodoTool) -> None:
    one = await added(todo)

    first = await todo.complete(todo_id=one.id)
    second = await todo.complete(todo_id=one.id)

    assert (first["status"], first["changed"]) == ("completed", ["status", "completed_at"])
    assert second == first | {"changed": []}


async def test_a_todo_starts_and_reopens(todo: TodoTool) -> None:
    one = await added(todo)

    assert (await todo.start(todo_id=one.id))["status"] == "in_progress"
    await todo.complete(todo_id=one.id)
    again = await todo.reopen(todo_id=one.id)

    assert (again["status"], again["completed_at"]) == ("pending", None)


@pytest.mark.parametrize("action", ["complete", "start", "reopen", "get", "update", "delete"])
async def test_an_id_that_is_not_there_is_named_with_the_way_out(
    todo: TodoTool, action: str
) -> None:
    with pytest.raises(NotFound, match="No todo is stored as 'todo_none'") as caught:
        await todo.run(action, {"todo_id": "todo_none"})

    assert caught.value.hint == "todo_action list shows what this project has."


async def test_a_search_finds_by_words_of_title_and_description(todo: TodoTool) -> None:
    await added(todo, title="oil hinges", description="of the garden door")
    await added(todo, title="oil the bicycle")

    page = await todo.search(query="GARDEN oi")

    assert [one.title for one in page.items] == ["oil hinges"]


async def test_a_search_of_signs_only_finds_nothing(todo: TodoTool) -> None:
    await added(todo)

    assert (await todo.search(query="%")).total == 0


async def test_a_search_without_a_query_is_refused(todo: TodoTool) -> None:
    assert "query: is required" in await refusal(todo, "search")


async def test_a_long_description_is_read_on_from_a_character(todo: TodoTool) -> None:
    one = await added(todo, description="0123456789")

    assert (await todo.get(todo_id=one.id, from_char=7)).description == "789"


async def test_an_update_changes_what_is_given_and_an_empty_due_at_takes_it_away(
    todo: TodoTool,
) -> None:
    one = await added(todo, due_at="2026-03-01", description="green")

    after: Any = await todo.run("update", {"todo_id": one.id, "due_at": "", "title": "coffee"})

    assert after["changed"] == ["title", "due_at"]
    assert (after["title"], after["due_at"], after["description"]) == ("coffee", None, "green")


async def test_an_update_that_closes_a_cycle_names_it(todo: TodoTool) -> None:
    wall = await added(todo, title="wall")
    paint = await added(todo, title="paint", depends_on=[wall.id])

    with pytest.raises(CyclicDependency) as caught:
        await todo.update(todo_id=wall.id, depends_on=[paint.id])

    assert f"{wall.id} needs {paint.id} needs {wall.id}" in str(caught.value)


async def test_a_todo_that_waits_says_for_what(todo: TodoTool) -> None:
    wall = await added(todo, title="wall")
    paint = await added(todo, title="paint", depends_on=[wall.id])
    assert paint.blocked_by == (wall.id,)

    await todo.complete(todo_id=wall.id)

    assert (await todo.get(todo_id=paint.id)).blocked_by == ()


async def test_a_deleted_todo_is_returned_and_gone(todo: TodoTool) -> None:
    one = await added(todo)

    assert await todo.delete(todo_id=one.id) == one

    assert (await todo.list()).total == 0


async def test_projects_do_not_see_each_other(todo: TodoTool) -> None:
    one = await added(todo, project_id="elsewhere")

    assert (await todo.list()).total == 0
    assert (await todo.list(project_id="elsewhere")).total == 1
    with pytest.raises(NotFound):
        await todo.delete(todo_id=one.id)
