"""A Letta that says it did with tools and agent files what it did not do; how often it is asked."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.letta.client import LettaClient
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.letta.http_script import Script, Step, answer, serving
from tests.tools.letta.letta_tools import asking, dispatcher_over
from tests.tools.letta.made import (
    NO_TOOL,
    NOBODY as SOMEBODY,
    a_tool,
    an_agent,
    ok,
    refused,
    source,
)
from tracker.letta.standin import Standin

pytestmark = pytest.mark.anyio

TOOL = {"id": NO_TOOL, "name": "add"}
FILE = {
    "agents": [{"name": "tea", "system": "Be kind.", "in_context_message_ids": []}],
    "blocks": [{"label": "human", "value": "Ada"}],
    "tools": [],
}
MADE = {"agent_ids": [SOMEBODY]}


@asynccontextmanager
async def answering(folder: Path, *steps: Step) -> AsyncIterator[tuple[Dispatcher, Script]]:
    """Open the tools on a server that answers so."""
    async with serving(*steps) as script:
        settings = Settings(data_dir=folder, letta_base_url=script.url, letta_retries=0)
        async with aclosing(LettaClient(settings)) as client:
            yield dispatcher_over(client, folder), script


@pytest.mark.parametrize(
    ("change", "held", "said"),
    [
        ("letta_attach_tool", [], "does not list it"),
        ("letta_detach_tool", [TOOL], "still lists it"),
    ],
)
async def test_a_change_that_did_not_happen_is_an_error(
    tmp_path: Path, change: str, held: object, said: str
) -> None:
    async with answering(tmp_path, answer(None), answer(held)) as (server, script):
        error = await refused(server, change, agent_id=SOMEBODY, tool_id=NO_TOOL)

    assert error["code"] == "letta_inconsistent"
    assert said in error["message"]
    assert script.verbs == ["PATCH", "GET"]


async def test_a_tool_that_has_another_name_by_now_is_said(tmp_path: Path) -> None:
    renamed = [TOOL | {"name": "subtract"}]
    steps = answer([TOOL]), answer(None), answer(renamed), answer([])
    async with answering(tmp_path, *steps) as (server, _):
        error = await refused(server, "letta_attach_tool", agent_id=SOMEBODY, tool_name="add")
        again = await refused(server, "letta_attach_tool", agent_id=SOMEBODY, tool_name="add")

    assert error["code"] == "conflict"
    assert "now is 'subtract'" in error["message"]
    assert again["code"] == "not_found", "the name was not asked for anew"


async def test_rules_that_were_not_kept_are_an_error(tmp_path: Path) -> None:
    rules = [{"type": "exit_loop", "tool_name": "add"}]
    async with answering(tmp_path, answer({"tool_rules": []})) as (server, _):
        error = await refused(server, "letta_set_tool_rules", agent_id=SOMEBODY, tool_rules=rules)

    assert error["code"] == "letta_inconsistent"


async def test_a_tool_with_other_code_is_an_error(tmp_path: Path) -> None:
    async with answering(tmp_path, answer([]), answer(TOOL | {"source_code": "x"})) as (server, _):
        error = await refused(server, "letta_create_tool", source_code=source("add"))

    assert error["code"] == "letta_inconsistent"


async def test_a_clone_that_is_not_alike_is_named(tmp_path: Path) -> None:
    other = {"id": SOMEBODY, "name": "copy", "system": "Be kind.", "blocks": []}
    steps = answer(FILE), answer(MADE), answer(other)
    async with answering(tmp_path, *steps) as (server, _):
        error = await refused(server, "letta_clone_agent", agent_id=SOMEBODY, name="copy")

    assert error["code"] == "letta_inconsistent"
    assert "in: blocks" in error["message"]
    assert SOMEBODY in error["hint"]


async def test_an_export_of_something_else_writes_nothing(tmp_path: Path) -> None:
    async with answering(tmp_path, answer({"agents": []})) as (server, _):
        error = await refused(server, "letta_export_agent", agent_id=SOMEBODY, path="a.af")

    assert error["code"] == "letta_inconsistent"
    assert not (tmp_path / "a.af").exists()


@pytest.mark.parametrize(
    "tool", ["letta_health_check", "letta_list_tools", "letta_list_models", "letta_get_usage_stats"]
)
async def test_an_answer_of_another_program_is_no_success(tmp_path: Path, tool: str) -> None:
    async with answering(tmp_path, answer("hello")) as (server, _):
        error = await refused(server, tool)

    assert error["code"] == "letta_unavailable"
    assert "LTMC_LETTA_BASE_URL" in error["hint"]


async def test_a_tool_asks_as_often_as_its_page_says(
    letta_standin: Standin, tmp_path: Path
) -> None:
    url = letta_standin.base_url
    settings = Settings(data_dir=tmp_path / "data", workspace_roots=(tmp_path,), letta_base_url=url)
    with asking(url) as sdk, an_agent(sdk) as agent, a_tool(sdk) as tool:
        own = {"agent_id": agent.id}
        by_id, by_name = own | {"tool_id": tool.id}, own | {"tool_name": tool.name}
        calls: list[tuple[str, dict[str, object], int]] = [
            ("health_check", {}, 1),
            ("list_models", {}, 1),
            ("list_models", {"kind": "all"}, 2),
            ("list_tools", {"tags": ["x"]}, 1),
            ("get_agent_tools", {**own}, 1),
            ("attach_tool", {**by_id, "verify": False}, 1),
            ("attach_tool", {**by_id}, 2),
            ("detach_tool", {**by_name, "verify": False}, 2),
            ("attach_tool", {**by_name, "verify": False}, 1),
            ("detach_tool", {**by_name}, 2),
            ("set_tool_rules", {**own, "tool_rules": []}, 1),
            ("create_tool", {"source_code": tool.source_code, "overwrite": True}, 2),
            ("export_agent", {**own, "path": "a.af"}, 1),
            ("import_agent", {"path": "a.af"}, 2),
            ("clone_agent", {**own, "name": "copy"}, 3),
            ("get_usage_stats", {**own}, 1),
        ]
        async with open_dispatcher(settings) as server:
            for name, arguments, requests in calls:
                before = Counter(letta_standin.counters()["requests"])
                await ok(server, f"letta_{name}", **arguments)
                after = Counter(letta_standin.counters()["requests"])
                asked = after - before
                asked.pop("counters", None)
                assert asked.total() == requests, (name, arguments, asked)
