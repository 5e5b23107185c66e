"""Archival memory: put away, listed, found, deleted."""

import pytest

from tests.tools.letta.letta_tools import NOBODY, Bridge

pytestmark = pytest.mark.anyio

NO_PASSAGE = NOBODY.replace("agent", "passage")


def held(bridge: Bridge, agent_id: str) -> list[str]:
    """Return the texts that Letta's own client lists."""
    return [each.text for each in bridge.direct.agents.passages.list(agent_id, limit=50)]


async def test_a_text_is_put_away_with_its_tags(bridge: Bridge) -> None:
    agent = bridge.agent()

    told = await bridge.call(
        "archival_insert", agent_id=agent.id, text="Oolong is half way.", tags=["tea"]
    )

    [passage] = told["passages"]
    assert passage["tags"] == ["tea"]
    assert "text" not in passage
    [there] = bridge.direct.agents.passages.list(agent.id, limit=50)
    assert (there.id, there.text, there.tags) == (passage["id"], "Oolong is half way.", ["tea"])


async def test_no_text_is_put_away_for_nobody_or_out_of_bounds(bridge: Bridge) -> None:
    nobody = await bridge.refused("archival_insert", agent_id=NOBODY, text="tea")
    empty = await bridge.refused("archival_insert", agent_id=NOBODY, text="")
    long = await bridge.refused("archival_insert", agent_id=NOBODY, text="x" * 100_001)

    assert (nobody["code"], nobody["status"]) == ("letta_refused", 404)
    assert "text: string should have at least 1 character" in empty["message"]
    assert "text: string should have at most 100000 characters" in long["message"]


async def test_a_list_pages_the_newest_first_without_embeddings(bridge: Bridge) -> None:
    agent = bridge.agent()
    for text in ("one", "two", "three"):
        bridge.direct.agents.passages.create(agent.id, text=text)

    first = await bridge.call("archival_list", agent_id=agent.id, limit=2)
    rest = await bridge.call("archival_list", agent_id=agent.id, limit=2, cursor=first["next"])

    assert [each["text"] for each in first["items"]] == ["three", "two"]
    assert first["items"][0].keys() == {"id", "text", "created_at"}
    assert [each["text"] for each in rest["items"]] == ["one"]
    assert (first["has_more"], rest["has_more"]) == (True, False)


async def test_a_query_finds_in_one_page(bridge: Bridge) -> None:
    agent = bridge.agent()
    for text in ("Oolong is half way.", "Sencha is green."):
        bridge.direct.agents.passages.create(agent.id, text=text)

    told = await bridge.call("archival_list", agent_id=agent.id, query="Sencha", limit=1)

    assert len(told["items"]) == 1
    assert told["items"][0]["id"].startswith("passage-")
    assert not told["has_more"]


async def test_a_list_of_nobody_or_out_of_bounds_is_refused(bridge: Bridge) -> None:
    nobody = await bridge.refused("archival_list", agent_id=NOBODY)
    many = await bridge.refused("archival_list", agent_id=NOBODY, limit=51)
    both = await bridge.refused("archival_list", agent_id=NOBODY, query="tea", cursor=NO_PASSAGE)

    assert (nobody["code"], nobody["status"]) == ("letta_refused", 404)
    assert "letta_list_agents" in nobody["hint"]
    assert "limit: input should be less than or equal to 50" in many["message"]
    assert "cursor: goes on in a list" in both["message"]


async def test_a_passage_is_deleted_and_the_others_stay(bridge: Bridge) -> None:
    agent = bridge.agent()
    for text in ("one", "two"):
        bridge.direct.agents.passages.create(agent.id, text=text)
    listed = await bridge.call("archival_list", agent_id=agent.id)
    [gone] = [each["id"] for each in listed["items"] if each["text"] == "one"]

    told = await bridge.call("archival_delete", agent_id=agent.id, passage_id=gone)

    assert told == {"agent_id": agent.id, "deleted": gone}
    assert held(bridge, agent.id) == ["two"]


async def test_a_passage_that_is_not_there_is_not_deleted(bridge: Bridge) -> None:
    agent = bridge.agent()

    error = await bridge.refused("archival_delete", agent_id=agent.id, passage_id=NO_PASSAGE)

    assert (error["code"], error["status"]) == ("letta_refused", 404)
    assert "letta_archival_list" in error["hint"]
