"""The published schemas, one JSON file a tool. A change here is a change that clients see."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.actions import Tool
from ltmc_server.protocol.schema import input_schema
from ltmc_server.protocol.wire import wire_tool
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings

pytestmark = pytest.mark.anyio

SCHEMAS = Path(__file__).parent / "schemas"

TOKENS_MAX = 1_800
"""Of a tool, at four bytes a token: each is in the context of every conversation."""


@pytest.fixture
async def tools(tmp_path: Path) -> list[Tool]:
    async with open_dispatcher(Settings(data_dir=tmp_path)) as dispatcher:
        return list(dispatcher.tools.values())


def objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


async def test_the_published_schemas_are_the_ones_on_file(tools: list[Tool]) -> None:
    now = {
        f"{tool.name.removesuffix('_action')}.json": json.dumps(input_schema(tool), indent=2) + "\n"
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


async def test_a_schema_is_a_plain_object(tools: list[Tool]) -> None:
    """Several clients drop a tool whose schema has any of these, and say nothing."""
    for tool in tools:
        schema = input_schema(tool)
        assert schema["type"] == "object"
        for part in objects(schema):
            assert not {"oneOf", "anyOf", "allOf", "$ref", "$defs"} & part.keys(), tool.name


async def test_each_property_is_described_and_has_one_type(tools: list[Tool]) -> None:
    for tool in tools:
        for name, described in input_schema(tool)["properties"].items():
            where = f"{tool.name}.{name}"
            assert described["description"].strip(), where
            assert isinstance(described.get("type"), str), where


async def test_each_action_is_summed_up_in_one_line(tools: list[Tool]) -> None:
    for tool in tools:
        for action in tool.actions.values():
            assert action.summary.endswith("."), f"{tool.name}.{action.name}"
            assert len(action.summary) <= 100, f"{tool.name}.{action.name}"


async def test_a_tool_is_told_in_few_tokens(tools: list[Tool]) -> None:
    sizes = {
        tool.name: len(json.dumps(wire_tool(tool), separators=(",", ":"))) // 4 for tool in tools
    }

    print(f"tools/list: about {sum(sizes.values())} tokens; {sizes}")
    assert max(sizes.values()) <= TOKENS_MAX, sizes


async def test_hints_say_what_a_tool_may_do(tools: list[Tool]) -> None:
    for tool in tools:
        hints = wire_tool(tool)["annotations"]
        effects = {action.effect for action in tool.actions.values()}
        assert hints["destructiveHint"] == ("destroy" in effects)
        assert hints["readOnlyHint"] == (effects == {"read"})
