"""One sitting: a real client, one server, every tool, on a copy of this repository's own code."""

import ast
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from radon.complexity import cc_visit

from tests.wire import environment

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
LINKS = 10_000
NEIGHBOURS = 10
"""Links that each entity has, so that a walk of depth 3 comes upon thousands."""


@dataclass(frozen=True)
class Sitting:
    """A client, and the folder that its server works in."""

    client: Client
    workspace: Path

    async def call(self, tool: str, action: str, **arguments: object) -> dict[str, Any]:
        """Return the result of a call that must succeed."""
        result = await self.client.call_tool(tool, {"action": action, **arguments})
        assert not result.is_error, result.structured_content
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    async def refusal(self, tool: str, action: str, **arguments: object) -> dict[str, Any]:
        """Return the error of a call that must be refused."""
        result = await self.client.call_tool(tool, {"action": action, **arguments})
        assert result.is_error, result.structured_content
        assert result.structured_content is not None
        error = result.structured_content["error"]
        assert isinstance(error, dict)
        return error


@asynccontextmanager
async def sitting(folder: Path) -> AsyncIterator[Sitting]:
    workspace = folder / "repository"
    ignored = shutil.ignore_patterns("__pycache__", "*.npz", "*.onnx")
    for name in ("ltmc_server", "docs", "tests/syntax/samples"):
        shutil.copytree(ROOT / name, workspace / name, ignore=ignored)
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ltmc_server"],
        env=environment(folder / "data") | {"LTMC_WORKSPACE_ROOTS": str(workspace)},
    )
    async with Client(command) as client:
        yield Sitting(client, workspace)


async def test_every_tool_does_its_work_in_one_sitting(tmp_path: Path) -> None:
    async with sitting(tmp_path) as here:
        await remember(here)
        await plan(here)
        await read(here)
        await understand(here)
        await link(here)
        await look_after(here)


async def remember(here: Sitting) -> None:
    """memory_action and chat_action: store pages, ask, see what the answer was made from."""
    for page in sorted((here.workspace / "docs/tools").glob("*.md")):
        await here.call(
            "memory_action", "store", file_name=page.name, content=page.read_text("utf-8")
        )
    found = await here.call(
        "memory_action", "retrieve", query="what refuses a dependency that closes a cycle?"
    )
    assert "blueprint.md" in [hit["file_name"] for hit in found["documents"][:3]]

    asked = await here.call(
        "memory_action", "ask_with_context", query="how are todos sorted?", conversation_id="c1"
    )
    context = await here.call("chat_action", "get_context", message_id=asked["message_id"])
    assert [one["id"] for one in context["citations"]] == [one["id"] for one in asked["citations"]]


async def plan(here: Sitting) -> None:
    """todo_action and blueprint_action: an order, and a cycle refused with its path."""
    todo = await here.call("todo_action", "add", title="Measure the new index", priority="high")
    await here.call("todo_action", "complete", todo_id=todo["id"])
    done = await here.call("todo_action", "list", status="completed")
    assert [one["id"] for one in done["items"]] == [todo["id"]]

    ids = []
    for title in ("Design", "Build", "Measure"):
        made = await here.call("blueprint_action", "create", title=title, description=f"{title} it")
        ids.append(made["id"])
    for needed, dependent in pairwise(ids):
        await here.call(
            "blueprint_action",
            "add_dependency",
            dependent_blueprint_id=dependent,
            prerequisite_blueprint_id=needed,
        )
    refused = await here.refusal(
        "blueprint_action",
        "add_dependency",
        dependent_blueprint_id=ids[0],
        prerequisite_blueprint_id=ids[2],
    )
    assert refused["code"] == "cyclic_dependency"
    assert all(id in refused["message"] for id in ids)


async def read(here: Sitting) -> None:
    """unix_action: this code is found and read, and nothing beside it."""
    found = await here.call("unix_action", "grep", pattern="class Dispatcher", path="ltmc_server")
    assert "ltmc_server/dispatch.py" in str(found)
    refused = await here.refusal("unix_action", "cat", file_path="../data/ltmc.db")
    assert refused["code"] == "outside_workspace"


async def understand(here: Sitting) -> None:
    """pattern_action: functions of four languages, and complexity as radon has it."""
    for name, language in (("queue.go", "go"), ("stack.rs", "rust"), ("cart.ts", "typescript")):
        path = f"tests/syntax/samples/{name}"
        functions = await here.call("pattern_action", "extract_functions", file_path=path)
        assert functions["language"] == language
        assert functions["functions"]

    path = "ltmc_server/dispatch.py"
    summary = await here.call("pattern_action", "extract_functions", file_path=path)
    said = {one["line_start"]: one["complexity"] for one in summary["functions"]}
    radon = cc_visit((here.workspace / path).read_text("utf-8"))
    assert ast.parse((here.workspace / path).read_text("utf-8"))
    for block in radon:
        if block.letter in "FM":
            assert said[block.lineno] == block.complexity, block.name


async def link(here: Sitting) -> None:
    """graph_action: ten thousand links, and a walk of depth 3 that stays under its bound."""
    entities = LINKS // NEIGHBOURS
    for number in range(LINKS):
        source, step = divmod(number, NEIGHBOURS)
        await here.call(
            "graph_action",
            "link",
            source_id=f"e{source}",
            target_id=f"e{(source * 7 + step * 13 + 1) % entities}",
            relation="near",
        )
    walked = await here.call("graph_action", "query", entity="e1", depth=3, limit=50)
    assert walked["returned"] == 50
    assert walked["total"] > 100


async def look_after(here: Sitting) -> None:
    """cache_action: it is well, and every call of this sitting was counted."""
    health = await here.call("cache_action", "health_check")
    assert health["status"] == "healthy"
    assert health["performance_sla"]["graph_action"]["state"] == "PASSING"
    stats = await here.call("cache_action", "stats")
    assert stats["performance_metrics"]["by_action"]["graph_action.link"]["calls"] == LINKS
