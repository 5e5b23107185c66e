"""Blocks of memory, and finding what an agent knows."""

import pytest

from tests.tools.letta.letta_tools import NOBODY, Bridge, unique

pytestmark = pytest.mark.anyio


async def test_the_blocks_are_told_each_once(bridge: Bridge) -> None:
    agent = bridge.agent()

    told = await bridge.call("get_memory", agent_id=agent.id)

    assert told.keys() == {"agent_id", "blocks"}
    assert {each["label"]: each["value"] for each in told["blocks"]} == {
        "human": "Drinks tea.",
        "persona": "A cook.",
    }
    assert all(each["id"].startswith("block-") for each in told["blocks"])


async def test_one_block_is_told_by_its_label_and_read_on(bridge: Bridge) -> None:
    agent = bridge.agent(blocks={"human": "tea, " * 8_000})

    cut = await bridge.call("get_memory", agent_id=agent.id, block_label="human")
    rest = await bridge.call(
        "get_memory", agent_id=agent.id, block_label="human", from_char=len(cut["value"])
    )

    assert (cut["label"], cut["truncated"], cut["chars_total"]) == ("human", True, 40_000)
    assert rest["chars_total"] == 40_000 - len(cut["value"])


async def test_a_block_or_an_agent_that_is_not_there_is_named(bridge: Bridge) -> None:
    agent = bridge.agent()

    block = await bridge.refused("get_memory", agent_id=agent.id, block_label="kitchen")
    nobody = await bridge.refused("get_memory", agent_id=NOBODY)

    assert (block["code"], block["status"]) == ("letta_refused", 404)
    assert "kitchen" in block["message"]
    assert "letta_get_memory" in block["hint"]
    assert (nobody["code"], nobody["status"]) == ("letta_refused", 404)


async def test_a_label_leads_nowhere_else(bridge: Bridge) -> None:
    for label in ("..", "a/../../b", "x?y", "%2e%2e"):
        error = await bridge.refused("get_memory", agent_id=NOBODY, block_label=label)

        assert "block_label: string should match pattern" in error["message"]


async def test_an_update_replaces_the_text(bridge: Bridge) -> None:
    agent = bridge.agent()

    told = await bridge.call(
        "update_memory", agent_id=agent.id, block_label="human", value="Drinks coffee now."
    )

    assert (told["label"], told["chars"]) == ("human", 18)
    assert "value" not in told
    assert bridge.value(agent.id, "human") == "Drinks coffee now."
    assert bridge.value(agent.id, "persona") == "A cook."


async def test_an_update_of_what_another_has_changed_is_a_conflict(bridge: Bridge) -> None:
    agent = bridge.agent()
    expected = "Drinks tea."
    bridge.direct.agents.blocks.update("human", agent_id=agent.id, value="Drinks water.")

    error = await bridge.refused(
        "update_memory",
        agent_id=agent.id,
        block_label="human",
        value="Drinks coffee.",
        expected_value=expected,
    )

    assert error["code"] == "conflict"
    assert "(11 characters) but another text (13)" in error["message"]
    assert bridge.value(agent.id, "human") == "Drinks water."


async def test_an_update_of_what_is_as_expected_is_done(bridge: Bridge) -> None:
    agent = bridge.agent()

    await bridge.call(
        "update_memory",
        agent_id=agent.id,
        block_label="human",
        value="",
        expected_value="Drinks tea.",
    )

    assert bridge.value(agent.id, "human") == ""


async def test_an_update_of_no_block_or_too_long_a_text_is_refused(bridge: Bridge) -> None:
    agent = bridge.agent()

    missing = await bridge.refused(
        "update_memory", agent_id=agent.id, block_label="kitchen", value="x"
    )
    long = await bridge.refused(
        "update_memory", agent_id=agent.id, block_label="human", value="x" * 200_001
    )

    assert (missing["code"], missing["status"]) == ("letta_refused", 404)
    assert "value: string should have at most 200000 characters" in long["message"]
    assert bridge.value(agent.id, "human") == "Drinks tea."


async def test_a_new_block_is_the_agents(bridge: Bridge) -> None:
    agent = bridge.agent()

    told = await bridge.call(
        "create_memory_block",
        agent_id=agent.id,
        block_label="kitchen",
        value="Two kettles.",
        description="What is in it.",
    )

    there = bridge.direct.agents.blocks.retrieve("kitchen", agent_id=agent.id)
    assert (there.id, there.value) == (told["id"], "Two kettles.")
    assert there.description == told["description"] == "What is in it."
    assert "value" not in told


async def test_a_block_that_can_not_be_attached_is_not_left_behind(bridge: Bridge) -> None:
    agent = bridge.agent(blocks={"human": "Drinks tea."})
    label = unique("kitchen")
    bridge.direct.agents.update(agent.id)  # it is there

    twice = await bridge.refused(
        "create_memory_block", agent_id=agent.id, block_label="human", value="other"
    )
    nobody = await bridge.refused(
        "create_memory_block", agent_id=NOBODY, block_label=label, value="x"
    )

    assert twice["code"] == "conflict"
    assert twice["hint"] == "letta_update_memory changes its text."
    assert bridge.value(agent.id, "human") == "Drinks tea."
    assert (nobody["code"], nobody["status"]) == ("letta_refused", 404)
    assert bridge.direct.blocks.list(label=label).items == []
    values = [each.value for each in bridge.direct.blocks.list(label="human", limit=500).items]
    assert "other" not in values


async def test_a_search_looks_into_both_memories(bridge: Bridge) -> None:
    agent = bridge.agent()
    bridge.direct.agents.passages.create(agent.id, text="Oolong is half way.", tags=["tea"])
    bridge.said(agent.id, "What is OOLONG, and what is it good for?", "What is sencha?")

    told = await bridge.call("search_memory", agent_id=agent.id, query="oolong what")

    assert told["passages"][0]["text"] == "Oolong is half way."
    assert told["passages"][0]["tags"] == ["tea"]
    [message] = told["messages"]
    assert message["text"] == "What is OOLONG, and what is it good for?"
    assert (message["role"], message["id"][:8]) == ("user", "message-")
    assert told["messages_matched_by"] == "words"
    assert told["messages_searched"] == 5


async def test_a_search_of_one_memory_leaves_the_other_alone(bridge: Bridge) -> None:
    agent = bridge.agent()
    bridge.direct.agents.passages.create(agent.id, text="Oolong.")

    archival = await bridge.call(
        "search_memory", agent_id=agent.id, query="oolong", scope="archival"
    )
    messages = await bridge.call(
        "search_memory", agent_id=agent.id, query="oolong", scope="messages"
    )

    assert archival.keys() == {"passages"}
    assert messages["messages"] == []
    assert "passages" not in messages


async def test_a_search_of_nobody_or_nowhere_is_refused(bridge: Bridge) -> None:
    nobody = await bridge.refused("search_memory", agent_id=NOBODY, query="tea")
    nowhere = await bridge.refused("search_memory", agent_id=NOBODY, query="", scope="attic")

    assert (nobody["code"], nobody["status"]) == ("letta_refused", 404)
    assert "query: string should have at least 1 character" in nowhere["message"]
    assert "scope: input should be 'archival', 'messages' or 'all'" in nowhere["message"]
