"""letta_*: tools, listed and made. Letta itself is asked what came of it."""

from collections.abc import Iterator

import pytest
from letta_client import Letta
from letta_client.types import AgentState, Tool

from ltmc_server.dispatch import Dispatcher
from tests.tools.letta.made import (
    NOBODY,
    a_name,
    a_tool,
    an_agent,
    gone,
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


@pytest.fixture
def name() -> str:
    return a_name("add")


async def test_each_tool_is_listed_once(server: Dispatcher, sdk: Letta, tool: Tool) -> None:
    listed = await ok(server, "letta_list_tools", limit=200)

    ids = [each["id"] for each in listed["items"]]
    assert tool.id in ids
    assert len(ids) == len(set(ids)) == listed["returned"]
    assert "source_code" not in listed["items"][0]
    assert not listed["has_more"]


async def test_tools_are_found_by_a_part_of_the_name(server: Dispatcher, tool: Tool) -> None:
    listed = await ok(server, "letta_list_tools", query=(tool.name or "")[2:].upper())

    assert listed["items"] == [
        {
            "id": tool.id,
            "name": tool.name,
            "description": "Add two numbers.",
            "type": "custom",
            "tags": ["arithmetic", "small"],
        }
    ]


async def test_tools_are_found_by_all_tags(server: Dispatcher, tool: Tool) -> None:
    both = await ok(server, "letta_list_tools", tags="small, arithmetic", query=tool.name)
    other = await ok(server, "letta_list_tools", tags="small, large", query=tool.name)

    assert [each["id"] for each in both["items"]] == [tool.id]
    assert other["items"] == []


async def test_pages_of_tools_hold_all_of_them(server: Dispatcher, tool: Tool) -> None:
    whole = await ok(server, "letta_list_tools", limit=200)
    seen: list[str] = []
    page = await ok(server, "letta_list_tools", limit=7)
    while page["has_more"]:
        seen += [each["id"] for each in page["items"]]
        page = await ok(server, "letta_list_tools", limit=7, cursor=page["next"])

    seen += [each["id"] for each in page["items"]]
    assert seen[:20] == [each["id"] for each in whole["items"]][:20]
    assert set(seen) == {each["id"] for each in whole["items"]}


async def test_a_cursor_is_the_id_of_a_tool(server: Dispatcher) -> None:
    error = await refused(server, "letta_list_tools", cursor="2")

    assert error["code"] == "invalid_arguments"
    assert "cursor" in error["message"]


async def test_the_tools_of_an_agent(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool
) -> None:
    sdk.agents.tools.attach(tool.id, agent_id=agent.id)

    listed = await ok(server, "letta_get_agent_tools", agent_id=agent.id, fresh=True)

    assert [each["name"] for each in listed["items"]] == [tool.name]
    assert (listed["returned"], listed["has_more"]) == (1, False)


async def test_more_tools_than_a_page_of_letta_are_all_there(
    server: Dispatcher, sdk: Letta, agent: AgentState
) -> None:
    some = [each.id for each in sdk.tools.list(limit=12).items]
    for id in some:
        sdk.agents.tools.attach(id, agent_id=agent.id)

    listed = await ok(server, "letta_get_agent_tools", agent_id=agent.id)

    assert {each["id"] for each in listed["items"]} == set(some)


async def test_nobody_has_no_tools(server: Dispatcher) -> None:
    error = await refused(server, "letta_get_agent_tools", agent_id=NOBODY)

    assert (error["code"], error["status"]) == ("letta_refused", 404)
    assert "letta_list_agents" in error["hint"]


async def test_a_function_becomes_a_tool(server: Dispatcher, sdk: Letta, name: str) -> None:
    made = await ok(
        server, "letta_create_tool", source_code=source(name), tags=["new"], return_char_limit=99
    )

    kept = sdk.tools.retrieve(made["id"])
    gone(sdk, made["id"])
    assert (kept.name, kept.tags, kept.return_char_limit) == (name, ["new"], 99)
    assert kept.source_code == source(name)
    assert (made["name"], made["parameters"], made["replaced"]) == (name, ["a", "b"], False)


async def test_a_tool_is_replaced_only_if_that_is_said(
    server: Dispatcher, sdk: Letta, tool: Tool
) -> None:
    new = source(tool.name or "", " + 0")

    error = await refused(server, "letta_create_tool", source_code=new)
    before = sdk.tools.retrieve(tool.id).source_code
    made = await ok(server, "letta_create_tool", source_code=new, overwrite=True)

    assert (error["code"], before) == ("conflict", tool.source_code)
    assert "overwrite: true" in error["hint"]
    assert (made["id"], made["replaced"]) == (tool.id, True)
    assert sdk.tools.retrieve(tool.id).source_code == new


async def test_a_tool_of_letta_itself_is_never_replaced(server: Dispatcher, sdk: Letta) -> None:
    [own] = sdk.tools.list(name="send_message").items

    error = await refused(
        server, "letta_create_tool", source_code=source("send_message"), overwrite=True
    )

    assert error["code"] == "conflict"
    assert sdk.tools.retrieve(own.id).tool_type == own.tool_type == "letta_core"


async def test_what_is_no_function_is_no_tool(server: Dispatcher) -> None:
    error = await refused(server, "letta_create_tool", source_code="x = 1")

    assert (error["code"], error["status"]) == ("letta_refused", 400)
    assert "No functions found" in error["message"]
