"""The published schemas, one JSON file a tool. A change here is a change that clients see.

The list that the server hands out is a file, too, in the package: it is prepared, so that no start
has to make it, and is held against the signatures here.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from ltmc_server.actions import Tool
from ltmc_server.protocol.published import FILE, LETTA, published, published_by
from ltmc_server.protocol.wire import listed, wire_tool
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings, ToolName

pytestmark = pytest.mark.anyio

SCHEMAS = Path(__file__).parent / "schemas"

NOBODY = "http://127.0.0.1:9"
"""Of a Letta server that is not asked for anything."""

TOKENS_MAX = 1_800
"""Of a tool, at four bytes a token: each is in the context of every conversation."""


@pytest.fixture
async def tools(tmp_path: Path) -> list[Tool]:
    settings = Settings(data_dir=tmp_path, letta_base_url=NOBODY)
    async with open_dispatcher(settings) as dispatcher:
        return list(dispatcher.tools.values())


def schemas(tool: Tool) -> dict[str, Any]:
    """Return the schema of each name that a tool is published under."""
    return {one["name"]: one["inputSchema"] for one in wire_tool(tool)}


def written(tool: Tool) -> dict[str, Any]:
    """Return what the file of a tool holds."""
    whole = schemas(tool)
    return whole if tool.is_flat else dict(whole[tool.name])


def objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def every(tools: list[Tool]) -> Iterator[tuple[str, Any]]:
    for tool in tools:
        yield from schemas(tool).items()


async def test_the_published_schemas_are_the_ones_on_file(tools: list[Tool]) -> None:
    now = {
        f"{tool.name.removesuffix('_action')}.json": json.dumps(written(tool), indent=2) + "\n"
        for tool in tools
    }
    if os.environ.get("UPDATE_SCHEMAS"):
        SCHEMAS.mkdir(exist_ok=True)
        for file in SCHEMAS.glob("*.json"):
            file.unlink()
        for name, text in now.items():
            (SCHEMAS / name).write_text(text, encoding="utf-8")

    on_file = {file.name: file.read_text(encoding="utf-8") for file in SCHEMAS.glob("*.json")}
    assert now == on_file, "`./just schemas` accepts them as they are now"


async def test_the_prepared_list_is_what_the_signatures_say(tools: list[Tool]) -> None:
    now = {tool.name: list(wire_tool(tool)) for tool in tools}
    if os.environ.get("UPDATE_SCHEMAS"):
        FILE.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")

    # As text, for the order counts, too: the tools that matter most come first.
    assert json.dumps(published()) == json.dumps(now), "`./just schemas` makes it anew"


@pytest.mark.parametrize("letta_base_url", ["", NOBODY])
async def test_the_list_is_the_same_whether_tools_were_made_or_not(
    tmp_path: Path, letta_base_url: str
) -> None:
    settings = Settings(data_dir=tmp_path, letta_base_url=letta_base_url)
    async with open_dispatcher(settings) as dispatcher:
        unmade = listed(dispatcher.tools)
        names = dict(dispatcher.names)
        every = list(dispatcher.tools.values())
    made = [one for tool in every for one in wire_tool(tool)]

    assert json.loads(published_by(settings)) == unmade == made
    assert list(names) == [one["name"] for one in made]
    assert names == {
        name: (tool.name, action) for tool in every for name, action in tool.names().items()
    }
    assert (LETTA in {tool.name for tool in every}) == bool(letta_base_url)


async def test_clients_get_the_tools_that_are_named(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, tools=("todo", "memory", "letta"))
    async with open_dispatcher(settings) as dispatcher:
        names = [one["name"] for one in listed(dispatcher.tools)]
        callable_ones = list(dispatcher.names)

    # In the order of all, and Letta's only where there is a server.
    assert names == callable_ones == ["memory_action", "todo_action"]
    assert [one["name"] for one in json.loads(published_by(settings))] == names


def test_each_tool_can_be_named_and_no_other() -> None:
    everything = Settings(tools=get_args(ToolName), letta_base_url=NOBODY)

    assert published_by(everything) == published_by(Settings(letta_base_url=NOBODY))
    with pytest.raises(ValidationError, match="'memory', 'todo'"):
        Settings.model_validate({"tools": "memory_action"})


async def test_a_schema_is_a_plain_object(tools: list[Tool]) -> None:
    """Several clients drop a tool whose schema has any of these, and say nothing."""
    for name, schema in every(tools):
        assert schema["type"] == "object"
        for part in objects(schema):
            assert not {"oneOf", "anyOf", "allOf", "$ref", "$defs"} & part.keys(), name


async def test_each_property_is_described_and_has_one_type(tools: list[Tool]) -> None:
    for tool, schema in every(tools):
        for name, described in schema["properties"].items():
            where = f"{tool}.{name}"
            assert described["description"].strip(), where
            assert isinstance(described.get("type"), str), where


async def test_each_action_is_summed_up_in_one_line(tools: list[Tool]) -> None:
    for tool in tools:
        for action in tool.actions.values():
            assert action.summary.endswith("."), f"{tool.name}.{action.name}"
            assert len(action.summary) <= 100, f"{tool.name}.{action.name}"


async def test_a_tool_is_told_in_few_tokens(tools: list[Tool]) -> None:
    sizes = {
        one["name"]: len(json.dumps(one, separators=(",", ":"))) // 4
        for tool in tools
        for one in wire_tool(tool)
    }

    print(f"tools/list: about {sum(sizes.values())} tokens; {sizes}")
    assert max(sizes.values()) <= TOKENS_MAX, sizes


async def test_hints_say_what_a_tool_may_do(tools: list[Tool]) -> None:
    for tool in (each for each in tools if not each.is_flat):
        [hints] = [one["annotations"] for one in wire_tool(tool)]
        effects = {action.effect for action in tool.actions.values()}
        assert hints["destructiveHint"] == ("destroy" in effects)
        assert hints["readOnlyHint"] == (effects == {"read"})
