"""memory_action as a caller sees it: what each action gives, and how it fails."""

from collections.abc import Mapping
from typing import Any

import pytest

from ltmc_server.errors import ConfirmationRequired, Conflict, InvalidArguments, NotFound
from ltmc_server.model import now
from ltmc_server.tools.memory import MemoryTool
from tests.builders import LONG_AGO, PROJECT, memory_tool

pytestmark = pytest.mark.anyio


@pytest.fixture
def memory() -> MemoryTool:
    return memory_tool()


async def run(memory: MemoryTool, action: str, **arguments: object) -> Mapping[str, Any]:
    """Run an action as the wire does: through validation."""
    result = await memory.run(action, arguments)
    assert isinstance(result, dict)
    return result


async def test_a_stored_text_says_where_and_how_it_is_kept(memory: MemoryTool) -> None:
    before = now()
    stored = await memory.store(file_name="a.md", content="green tea")

    assert stored["id"].startswith("mem_")
    assert (stored["file_name"], stored["version"], stored["chunk_count"]) == ("a.md", 1, 1)
    assert before <= stored["created_at"] == stored["updated_at"] <= now()
    assert (stored["indexed"], stored["duplicate_of"]) == ("yes", None)


async def test_ids_sort_by_the_time_of_storing(memory: MemoryTool) -> None:
    ids = [(await memory.store(file_name=f"{n}", content="x"))["id"] for n in range(3)]

    assert sorted(ids) == ids


async def test_the_same_name_stores_a_new_version_and_the_old_is_not_found(
    memory: MemoryTool,
) -> None:
    first = await memory.store(file_name="a.md", content="green tea")
    second = await memory.store(file_name="a.md", content="black coffee")

    assert (second["id"], second["version"]) == (first["id"], 2)
    found = await memory.retrieve(query="green tea", mode="keyword")
    assert found["documents"] == []


async def test_an_equal_text_is_stored_and_named_as_a_duplicate(memory: MemoryTool) -> None:
    first = await memory.store(file_name="a.md", content="green tea")
    twin = await memory.store(file_name="b.md", content="green tea")

    assert twin["duplicate_of"] == first["id"]
    assert (await memory.list()).total == 2


async def test_a_store_on_top_of_what_someone_else_stored_is_refused(memory: MemoryTool) -> None:
    await memory.store(file_name="a.md", content="mine")
    await memory.store(file_name="a.md", content="theirs")

    with pytest.raises(Conflict, match="expected version 1, but version 2 is stored"):
        await memory.store(file_name="a.md", content="mine again", expected_version=1)

    assert (await memory.get(file_name="a.md"))["content"] == "theirs"


async def test_a_repeated_call_stores_once(memory: MemoryTool) -> None:
    calls = [
        await memory.store(file_name="a.md", content="tea", idempotency_key="k") for _ in range(2)
    ]

    assert calls[0] == calls[1]
    assert (await memory.history(file_name="a.md")).total == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"content": "x"}, "file_name: is required"),
        ({"file_name": "a"}, "content: is required"),
        ({"file_name": "", "content": "x"}, "file_name: string should have at least 1 character"),
        ({"file_name": "a", "content": ""}, "content: string should have at least 1 character"),
        ({"file_name": "a", "content": "x" * 1_000_001}, "content: string should have at most"),
        ({"file_name": "a" * 501, "content": "x"}, "file_name: string should have at most"),
        ({"file_name": "a", "content": "x", "resource_type": "poem"}, "resource_type: "),
        ({"file_name": "a", "content": "x", "expected_version": -1}, "expected_version: "),
        ({"file_name": "a", "content": "x", "expires_at": "soon"}, "expires_at: must be a time"),
        ({"file_name": "a", "content": "x", "metadata": "{no"}, "metadata: looks like JSON but"),
        ({"file_name": "a", "content": "x", "tags": ["t" * 101]}, "tags"),
        ({"file_name": "a", "content": "x", "tag": ["t"]}, "tag: is not a parameter"),
        ({"file_name": "a", "content": "\ud800"}, "content: "),
    ],
)
async def test_a_store_that_does_not_fit_is_refused_and_nothing_is_kept(
    memory: MemoryTool, arguments: Mapping[str, object], problem: str
) -> None:
    with pytest.raises(InvalidArguments) as refused:
        await memory.run("store", arguments)

    assert problem in str(refused.value)
    assert (await memory.list()).total == 0


async def test_a_mistyped_parameter_is_answered_with_the_right_one(memory: MemoryTool) -> None:
    with pytest.raises(InvalidArguments) as refused:
        await memory.run("store", {"filename": "a", "content": "x"})

    assert refused.value.hint == "'file_name' in place of 'filename'?"


async def test_what_clients_send_as_text_is_understood(memory: MemoryTool) -> None:
    await run(
        memory,
        "store",
        file_name="a.md",
        content="tea",
        tags="x, y,,x",
        metadata='{"cups": 2}',
        event_time="2026-01-31",
        conversation_id=None,
    )

    found = await run(memory, "get", file_name="a.md", from_char="1")

    assert (found["tags"], found["metadata"], found["content"]) == (("x", "y"), {"cups": 2}, "ea")
    assert found["event_time"].isoformat() == "2026-01-31T00:00:00+00:00"


async def test_a_text_is_got_whole_by_id_and_by_name(memory: MemoryTool) -> None:
    stored = await memory.store(file_name="a.md", content="green tea " * 500)

    by_id = await memory.get(id=stored["id"])

    assert by_id["content"] == "green tea " * 500
    assert (by_id["chars"], by_id["version"], by_id["from_char"]) == (5000, 1, 0)
    assert by_id == await memory.get(file_name="a.md")


async def test_a_text_is_read_on_from_a_character(memory: MemoryTool) -> None:
    await memory.store(file_name="a.md", content="green tea")

    assert (await memory.get(file_name="a.md", from_char=6))["content"] == "tea"
    beyond = await memory.get(file_name="a.md", from_char=99)
    assert (beyond["content"], beyond["chars"]) == ("", 9)


async def test_an_older_version_is_got_by_its_number(memory: MemoryTool) -> None:
    await memory.store(file_name="a.md", content="old")
    await memory.store(file_name="a.md", content="newer")

    older = await memory.get(file_name="a.md", version=1)
    assert (older["content"], older["version"], older["chars"]) == ("old", 1, 3)
    with pytest.raises(NotFound, match=r"version 3 of a\.md") as missing:
        await memory.get(file_name="a.md", version=3)
    assert missing.value.hint == "There are 1 to 2."


@pytest.mark.parametrize("action", ["get", "delete", "history"])
async def test_what_is_not_stored_is_not_found_and_the_project_is_named(
    memory: MemoryTool, action: str
) -> None:
    with pytest.raises(NotFound, match=r"No memory is stored as 'no\.md'") as missing:
        await memory.run(action, {"file_name": "no.md"})

    assert missing.value.hint == f"It would be in project '{PROJECT}'."


@pytest.mark.parametrize("action", ["get", "delete", "history", "restore"])
async def test_an_action_on_one_text_wants_to_know_which(memory: MemoryTool, action: str) -> None:
    arguments = {"version": 1} if action == "restore" else {}
    with pytest.raises(InvalidArguments, match="id"):
        await memory.run(action, arguments)


async def test_an_id_that_is_none_of_ours_is_refused(memory: MemoryTool) -> None:
    with pytest.raises(InvalidArguments, match="id: string should match pattern"):
        await memory.run("get", {"id": "todo_1"})


async def test_a_list_pages_newest_first_without_texts(memory: MemoryTool) -> None:
    for number in range(5):
        await memory.store(file_name=f"{number}", content="x", tags=("odd",) * (number % 2))

    page = await memory.list(limit=2, offset=1)

    assert [each.file_name for each in page.items] == ["3", "2"]
    assert (page.returned, page.total, page.has_more, page.next) == (2, 5, True, 3)
    assert all(each.content is None for each in page.items)
    assert [each.file_name for each in (await memory.list(tags=("odd",))).items] == ["3", "1"]


@pytest.mark.parametrize("bad", [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"limit": "ten"}])
async def test_a_page_out_of_bounds_is_refused(memory: MemoryTool, bad: dict[str, object]) -> None:
    with pytest.raises(InvalidArguments, match=next(iter(bad))):
        await memory.run("list", bad)


async def test_a_deleted_text_is_gone_on_every_path(memory: MemoryTool) -> None:
    stored = await memory.store(file_name="a.md", content="green tea")

    deleted = await memory.delete(file_name="a.md")

    gone = [{"id": stored["id"], "file_name": "a.md"}]
    assert deleted == {"removed": 1, "items": gone, "remaining": 0}
    assert (await memory.retrieve(query="green tea"))["documents"] == []
    assert (await memory.list()).total == 0
    with pytest.raises(NotFound):
        await memory.get(id=stored["id"])


async def test_many_are_deleted_only_when_it_is_confirmed(memory: MemoryTool) -> None:
    for name in "abc":
        await memory.store(file_name=name, content="x", conversation_id="c1", tags=(name,))

    with pytest.raises(ConfirmationRequired, match="would delete 3 texts"):
        await memory.delete(conversation_id="c1")
    assert (await memory.list()).total == 3

    assert (await memory.delete(tags=("a",)))["removed"] == 1  # one needs no confirmation
    assert (await memory.delete(conversation_id="c1", confirm=True))["removed"] == 2
    assert (await memory.list()).total == 0


async def test_a_history_says_what_each_version_changed(memory: MemoryTool) -> None:
    for content in ("one\ntwo", "one\n2", "one\n2\nthree"):
        await memory.store(file_name="a.md", content=content)

    whole: Any = await memory.history(file_name="a.md")
    middle: Any = await memory.history(file_name="a.md", limit=1, offset=1)

    assert [each["version"] for each in whole.items] == [3, 2, 1]
    assert whole.items[2]["diff"] is None
    assert middle.items == [whole.items[1]]
    assert middle.items[0]["diff"] == "@@ -1,2 +1,2 @@\n one\n-two\n+2"
    assert (middle.total, middle.next) == (3, 2)


async def test_a_restored_version_is_the_newest_and_keeps_the_labels(memory: MemoryTool) -> None:
    await memory.store(file_name="a.md", content="old")
    await memory.store(file_name="a.md", content="new", tags=("x",), resource_type="note")

    restored = await memory.restore(file_name="a.md", version=1)

    assert (restored["version"], restored["restored_from"]) == (3, 1)
    found = await memory.get(file_name="a.md")
    assert (found["content"], found["tags"], found["resource_type"]) == ("old", ("x",), "note")
    assert (await memory.history(file_name="a.md")).total == 3
    with pytest.raises(NotFound, match="version 9"):
        await memory.restore(file_name="a.md", version=9)


async def test_calls_that_name_a_project_stay_in_it(memory: MemoryTool) -> None:
    await memory.store(file_name="a.md", content="green tea", project_id="other")

    assert (await memory.list()).total == 0
    assert (await memory.retrieve(query="green tea"))["documents"] == []
    assert (await memory.list(project_id="other")).total == 1


async def test_an_expired_text_is_not_found(memory: MemoryTool) -> None:
    await memory.store(file_name="a.md", content="green tea", expires_at=LONG_AGO)

    assert (await memory.retrieve(query="green tea"))["documents"] == []
    with pytest.raises(NotFound):
        await memory.get(file_name="a.md")
