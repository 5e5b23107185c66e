"""letta_*: tools attached and detached, and their rules. Letta itself is asked what came of it."""

from collections.abc import Iterator

import pytest
from letta_client import Letta
from letta_client.types import AgentState, Tool

from ltmc_server.dispatch import Dispatcher
from tests.tools.letta.made import (
    NO_TOOL,
    NOBODY,
    a_tool,
    an_agent,
    gone,
    held,
    ok,
    refused,
    source,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def agent(sdk: Letta) -> Iterator[AgentState]:
    with an_agent(sdk) as made:
        yield made


@pytest.fixture
def tool(sdk: Letta) -> Iterator[Tool]:
    with a_tool(sdk, ("arithmetic", "small")) as made:
        yield made


@pytest.mark.parametrize("by", ["tool_id", "tool_name"])
async def test_a_tool_is_attached_and_detached(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool, by: str
) -> None:
    which = {by: tool.id if by == "tool_id" else tool.name}

    attached = await ok(server, "letta_attach_tool", agent_id=agent.id, **which)
    after_attaching = held(sdk, agent.id)
    detached = await ok(server, "letta_detach_tool", agent_id=agent.id, **which)

    assert attached == {
        "agent_id": agent.id,
        "tool_id": tool.id,
        "verified": True,
        "tools": [{"id": tool.id, "name": tool.name}],
    }
    assert after_attaching == {tool.id}
    assert (detached["verified"], detached["tools"]) == (True, [])
    assert held(sdk, agent.id) == set()


async def test_what_was_not_looked_at_is_not_said_to_be_verified(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool
) -> None:
    which = {"agent_id": agent.id, "tool_name": tool.name, "verify": False}

    attached = await ok(server, "letta_attach_tool", **which)
    after_attaching = held(sdk, agent.id)
    detached = await ok(server, "letta_detach_tool", **which)

    answer = {"agent_id": agent.id, "tool_id": tool.id, "verified": False}
    assert attached == detached == answer
    assert (after_attaching, held(sdk, agent.id)) == ({tool.id}, set())


async def test_a_tool_that_was_made_anew_is_found_by_its_name(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool
) -> None:
    which = {"agent_id": agent.id, "tool_name": tool.name}
    await ok(server, "letta_attach_tool", **which)
    sdk.tools.delete(tool.id)
    anew = sdk.tools.upsert(source_code=source(tool.name or ""))

    await ok(server, "letta_attach_tool", **which)
    after_attaching = held(sdk, agent.id)
    gone(sdk, anew.id)

    assert anew.id != tool.id
    assert after_attaching == {anew.id}


async def test_a_tool_that_was_made_anew_is_detached_by_its_name(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool
) -> None:
    which = {"agent_id": agent.id, "tool_name": tool.name}
    await ok(server, "letta_attach_tool", **which)
    sdk.tools.delete(tool.id)
    anew = sdk.tools.upsert(source_code=source(tool.name or ""))
    sdk.agents.tools.attach(anew.id, agent_id=agent.id)

    detached = await ok(server, "letta_detach_tool", **which)
    after_detaching = held(sdk, agent.id)
    gone(sdk, anew.id)

    assert (detached["tool_id"], after_detaching) == (anew.id, set())


async def test_a_name_that_is_gone_is_not_attached(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool
) -> None:
    which = {"agent_id": agent.id, "tool_name": tool.name}
    await ok(server, "letta_attach_tool", **which)
    sdk.tools.delete(tool.id)

    error = await refused(server, "letta_attach_tool", **which)

    assert (error["code"], held(sdk, agent.id)) == ("not_found", set())
    assert "letta_list_tools" in error["hint"]


@pytest.mark.parametrize("change", ["letta_attach_tool", "letta_detach_tool"])
async def test_one_tool_is_named_in_one_way(server: Dispatcher, change: str) -> None:
    neither = await refused(server, change, agent_id=NOBODY)
    both = await refused(server, change, agent_id=NOBODY, tool_id=NO_TOOL, tool_name="x")

    for error in (neither, both):
        assert error["code"] == "invalid_arguments"
        assert error["message"] == f"{change} cannot run: give either tool_id or tool_name."


async def test_what_is_not_there_is_not_attached(server: Dispatcher, agent: AgentState) -> None:
    by_id = await refused(server, "letta_attach_tool", agent_id=agent.id, tool_id=NO_TOOL)
    by_name = await refused(server, "letta_attach_tool", agent_id=agent.id, tool_name="nowhere")

    assert (by_id["status"], by_name["code"]) == (404, "not_found")
    assert "letta_list_tools" in by_id["hint"]
    assert "letta_list_tools" in by_name["hint"]


async def test_nothing_is_detached_from_nobody(server: Dispatcher, tool: Tool) -> None:
    error = await refused(server, "letta_detach_tool", agent_id=NOBODY, tool_id=tool.id)

    assert error["status"] == 404
    assert "letta_list_agents" in error["hint"]


async def test_rules_replace_those_there_were(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool
) -> None:
    rules: list[dict[str, object]] = [
        {"type": "init", "tool_name": tool.name},
        {"type": "constrain_child_tools", "tool_name": tool.name, "children": ["send_message"]},
        {"type": "max_count_per_step", "tool_name": tool.name, "max_count_limit": 2},
        {"type": "conditional", "tool_name": tool.name, "child_output_mapping": {"1": "x"}},
    ]

    told = await ok(server, "letta_set_tool_rules", agent_id=agent.id, tool_rules=rules)
    kept = sdk.agents.retrieve(agent.id).tool_rules or []
    none = await ok(server, "letta_set_tool_rules", agent_id=agent.id, tool_rules=[])

    assert told["tool_rules"] == [rules[0] | {"type": "run_first"}, *rules[1:]]
    assert [rule.type for rule in kept] == [each["type"] for each in told["tool_rules"]]
    assert none["tool_rules"] == []
    assert sdk.agents.retrieve(agent.id).tool_rules == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"type": "exit_loop"}, "tool_name"),
        ({"type": "sometimes", "tool_name": "x"}, "tool_rules.0.type"),
        ({"type": "child", "tool_name": "x"}, "needs children"),
        ({"type": "exit_loop", "tool_name": "x", "max_count_limit": 1}, "takes no max_count"),
    ],
)
async def test_a_rule_that_means_nothing_is_refused(
    server: Dispatcher, sdk: Letta, agent: AgentState, rule: object, said: str
) -> None:
    error = await refused(server, "letta_set_tool_rules", agent_id=agent.id, tool_rules=[rule])

    assert error["code"] == "invalid_arguments"
    assert said in error["message"]
    assert not sdk.agents.retrieve(agent.id).tool_rules
