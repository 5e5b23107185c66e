"""letta_*: agents cloned, exported and imported. Letta itself is asked what came of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from letta_client import Letta
from letta_client.types import AgentState, Tool
from letta_client.types.agents import LettaResponse

from ltmc_server.dispatch import Dispatcher
from ltmc_server.tools.letta import moving
from tests.tools.letta.made import NOBODY, a_name, a_tool, an_agent, gone, ok, refused, source

pytestmark = pytest.mark.anyio


@pytest.fixture
def tool(sdk: Letta) -> Iterator[Tool]:
    with a_tool(sdk) as made:
        yield made


@pytest.fixture
def agent(sdk: Letta, tool: Tool) -> Iterator[AgentState]:
    """Make an agent that has a tool, and was told something."""
    with an_agent(sdk) as made:
        sdk.agents.tools.attach(tool.id, agent_id=made.id)
        say(sdk, made.id)
        yield made


@pytest.fixture
def name() -> str:
    return a_name("copy")


def say(sdk: Letta, agent_id: str, text: str = "I like green tea.") -> LettaResponse:
    return sdk.agents.messages.create(agent_id, messages=[{"role": "user", "content": text}])


def blocks(sdk: Letta, agent_id: str) -> dict[str | None, str]:
    return {each.label: each.value for each in sdk.agents.blocks.list(agent_id, limit=50).items}


def tools(sdk: Letta, agent_id: str) -> set[str | None]:
    return {each.name for each in sdk.agents.tools.list(agent_id, limit=50).items}


def messages(sdk: Letta, agent_id: str) -> str:
    listed = sdk.agents.messages.list(agent_id, limit=50).items
    return " ".join(each.model_dump_json() for each in listed)


def files_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def written(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_bytes())
    return content


async def test_a_clone_is_like_the_agent_and_is_another(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool, name: str
) -> None:
    made = await ok(server, "letta_clone_agent", agent_id=agent.id, name=name)

    clone = made["agent_id"]
    sdk.agents.blocks.update("human", agent_id=clone, value="Drinks coffee.")
    seen = (blocks(sdk, agent.id), blocks(sdk, clone), tools(sdk, clone))
    told, answer = messages(sdk, clone), say(sdk, clone)
    gone(sdk, clone)
    assert clone != agent.id
    assert (made["name"], made["cloned_from"]) == (name, agent.id)
    assert seen[0] == {"human": "Drinks green tea.", "persona": "Says little."}
    assert seen[1] == {"human": "Drinks coffee.", "persona": "Says little."}
    assert seen[2] == {tool.name}
    assert "I like green tea" not in told
    assert answer.messages, "an agent without any message could not be spoken to"


async def test_messages_go_with_a_clone_if_that_is_said(
    server: Dispatcher, sdk: Letta, agent: AgentState, name: str
) -> None:
    made = await ok(server, "letta_clone_agent", agent_id=agent.id, name=name, copy_messages=True)

    told = messages(sdk, made["agent_id"])
    gone(sdk, made["agent_id"])
    assert "I like green tea" in told
    assert made["messages"] > 1


@pytest.mark.parametrize("call", ["letta_clone_agent", "letta_export_agent"])
async def test_nobody_is_not_copied(server: Dispatcher, workspace: Path, call: str) -> None:
    more = {"name": "x"} if call == "letta_clone_agent" else {"path": "a.af"}

    error = await refused(server, call, agent_id=NOBODY, **more)

    assert error["code"] == "not_found"
    assert "letta_list_agents" in error["hint"]
    assert files_in(workspace) == []


async def test_an_exported_agent_comes_back(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool, workspace: Path
) -> None:
    told = await ok(server, "letta_export_agent", agent_id=agent.id, path="kept/a.af")
    gone(sdk, agent.id)
    gone(sdk, tool.id)
    made = await ok(server, "letta_import_agent", path="kept/a.af")

    id = made["agent_id"]
    seen = (blocks(sdk, id), tools(sdk, id), messages(sdk, id), sdk.agents.retrieve(id).name)
    for anew in sdk.tools.list(name=tool.name).items:
        gone(sdk, anew.id)
    gone(sdk, id)
    assert told["bytes"] == (workspace / "kept/a.af").stat().st_size
    assert (told["blocks"], told["tools"]) == (2, 1)
    assert seen[0] == {"human": "Drinks green tea.", "persona": "Says little."}
    assert seen[1] == {tool.name} == set(made["tools"])
    assert "I like green tea" in seen[2]
    assert seen[3] == agent.name


async def test_what_was_said_can_be_left_out_of_a_file(
    server: Dispatcher, sdk: Letta, agent: AgentState, workspace: Path, name: str
) -> None:
    which = {"agent_id": agent.id, "path": "a.af", "copy_messages": False}

    await ok(server, "letta_export_agent", **which)
    made = await ok(server, "letta_import_agent", path="a.af", name=name)

    answer = say(sdk, made["agent_id"])
    gone(sdk, made["agent_id"])
    [kept] = written(workspace / "a.af")["agents"][0]["messages"]
    assert kept["role"] == "system"
    assert answer.messages


async def test_a_file_is_replaced_only_if_that_is_said(
    server: Dispatcher, agent: AgentState, workspace: Path
) -> None:
    which = {"agent_id": agent.id, "path": "a.af"}
    await ok(server, "letta_export_agent", **which, copy_messages=False)
    before = (workspace / "a.af").read_bytes()

    error = await refused(server, "letta_export_agent", **which)
    unchanged = (workspace / "a.af").read_bytes() == before
    await ok(server, "letta_export_agent", **which, overwrite=True)

    assert (error["code"], unchanged) == ("conflict", True)
    assert "overwrite: true" in error["hint"]
    assert len(written(workspace / "a.af")["agents"][0]["messages"]) > 1


async def test_a_file_of_somebody_else_is_never_replaced(
    server: Dispatcher, agent: AgentState, workspace: Path
) -> None:
    (workspace / "thesis.txt").write_text("all my work")

    error = await refused(
        server, "letta_export_agent", agent_id=agent.id, path="thesis.txt", overwrite=True
    )

    assert error["code"] == "conflict"
    assert (workspace / "thesis.txt").read_text() == "all my work"


@pytest.mark.parametrize("call", ["letta_export_agent", "letta_import_agent"])
async def test_nothing_leaves_the_workspace(
    server: Dispatcher, agent: AgentState, tmp_path: Path, call: str
) -> None:
    which = {"agent_id": agent.id} if call == "letta_export_agent" else {}

    error = await refused(server, call, path="../a.af", **which)

    assert error["code"] in ("outside_workspace", "unwritable")
    assert not (tmp_path / "a.af").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no JSON", "is no JSON"),
        ("[]", "is no JSON object"),
        ('{"agents": []}', "has no list of blocks"),
        ('{"agents": [{}, {}], "blocks": [], "tools": []}', "holds 2 agents"),
    ],
)
async def test_what_is_no_agent_file_is_not_sent(
    server: Dispatcher, workspace: Path, content: str, said: str
) -> None:
    (workspace / "a.af").write_text(content)

    error = await refused(server, "letta_import_agent", path="a.af")

    assert error["code"] == "unreadable"
    assert said in error["message"]


async def test_what_letta_finds_wrong_with_a_file_is_told(
    server: Dispatcher, workspace: Path
) -> None:
    (workspace / "a.af").write_text('{"agents": [{}], "blocks": [], "tools": []}')

    error = await refused(server, "letta_import_agent", path="a.af")

    assert (error["code"], error["status"]) == ("letta_refused", 400)


async def test_a_long_file_is_not_read(
    server: Dispatcher, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "FILE_BYTES_MAX", 100)
    (workspace / "a.af").write_text(" " * 101)

    error = await refused(server, "letta_import_agent", path="a.af")

    assert error["code"] == "bound_exceeded"


async def test_a_file_changes_no_tool_unless_that_is_said(
    server: Dispatcher, sdk: Letta, agent: AgentState, tool: Tool, name: str
) -> None:
    await ok(server, "letta_export_agent", agent_id=agent.id, path="a.af")
    newer = source(tool.name or "", " + 0")
    sdk.tools.upsert(source_code=newer)

    first = await ok(server, "letta_import_agent", path="a.af", name=name)
    kept = sdk.tools.retrieve(tool.id).source_code
    second = await ok(server, "letta_import_agent", path="a.af", name=name, overwrite_tools=True)
    replaced = sdk.tools.retrieve(tool.id).source_code

    gone(sdk, first["agent_id"])
    gone(sdk, second["agent_id"])
    assert (kept, first["tools_of_other_code"]) == (newer, [tool.name])
    assert replaced == tool.source_code
    assert "tools_of_other_code" not in second
