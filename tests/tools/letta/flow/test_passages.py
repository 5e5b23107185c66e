"""letta_sync_memory: passages of an agent, a page at a time, and what is interrupted."""

import asyncio

import pytest

from ltmc_server.observability.progress import reporting
from tests.tools.letta.flow.conftest import Both, at, changes

pytestmark = pytest.mark.anyio


async def test_passages_go_both_ways_once(both: Both) -> None:
    ids = [both.write_passage(f"sold {number} pots") for number in range(3)]
    await both.store("passages/mine.md", "bought a kettle")

    first = await changes(both)
    assert first[2:] == [
        *((id, "pull") for id in ids),
        (both.file_name("passages/mine.md"), "push"),
    ]
    assert await both.text(f"passages/{ids[1]}.md") == "sold 1 pots"
    assert both.passages() == ["sold 0 pots", "sold 1 pots", "sold 2 pots", "bought a kettle"]
    record = await both.memory("get", file_name=both.file_name(f"passages/{ids[1]}.md"))
    assert record["tags"] == ["tea"]
    assert record["event_time"]

    again = await both.sync()
    assert (again["changes"], again["held"], again["in_step"]) == ([], [], 6)


async def test_passages_come_in_pages(both: Both) -> None:
    for number in range(5):
        both.write_passage(f"sold {number} pots")
    for number in range(3):
        await both.store(f"passages/{number}.md", f"bought {number} kettles")

    seen, cursor, calls = [], None, 0
    while True:
        said = await both.sync(limit=2, cursor=cursor)
        seen += [each["change"] for each in said["changes"] if each["kind"] == "passage"]
        calls += 1
        assert calls < 10
        if not said["has_more"]:
            break
        cursor = said["next"]

    assert sorted(seen) == ["pull"] * 5 + ["push"] * 3
    assert len(both.passages()) == 8
    assert await changes(both, limit=100) == []


async def test_many_that_are_left_alone_are_counted(both: Both) -> None:
    for number in range(25):
        both.write_passage(f"sold {number} pots")

    said = await both.sync(direction="push")

    assert said["held_total"] == 2 + 25
    assert len(said["held"]) == 20


async def test_a_passage_that_was_sent_but_not_noted_is_not_sent_again(both: Both) -> None:
    await both.store("passages/mine.md", "bought a kettle")
    both.write_passage("bought a kettle")

    noted = await both.sync()

    assert [each["change"] for each in noted["changes"]][2:] == ["note"]
    assert both.passages() == ["bought a kettle"]
    assert await changes(both) == []


async def test_a_passage_that_changed_here_or_went_there_is_named(both: Both) -> None:
    changed, gone = both.write_passage("sold a pot"), both.write_passage("sold two")
    await both.sync()
    await both.store(f"passages/{changed}.md", "sold no pot")
    both.sdk.agents.passages.delete(gone, agent_id=both.agent_id)

    said = await both.sync()

    assert said["changes"] == []
    assert [each["name"] for each in said["conflicts"]] == [changed]
    assert [(each["name"], each["why"].split(";")[0]) for each in said["held"]] == [
        (gone, "it was deleted in Letta")
    ]
    assert await changes(both, prefer="letta") == [(changed, "pull")]


async def test_after_being_cancelled_the_next_one_finishes(both: Both) -> None:
    texts = [f"sold {number} pots" for number in range(4)]
    for number, text in enumerate(texts):
        await both.store(f"passages/{number}.md", text)

    # The blocks are the first two steps.
    with reporting(at(4, lambda: task.cancel())):  # noqa: PLW0108  there is no task yet
        task = asyncio.create_task(both.sync())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(both.passages()) in {2, 3}

    assert len(await changes(both)) == 2
    assert both.passages() == texts
    assert await changes(both) == []
