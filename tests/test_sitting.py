"""One sitting: a real client, one server, every tool, on a copy of this repository's own code."""

import ast
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import anyio
import pytest
from mcp import Client, StdioServerParameters
from radon.complexity import cc_visit

from ltmc_server.observability.metrics import TARGETS_S
from tests.waiting import POLL_S
from tests.wire import environment

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
LINKS = 10_000
NEIGHBOURS = 10
"""Links that each entity has, so that a walk of depth 3 comes upon thousands."""

SETTLED_S = 60.0
"""Longest wait for vectors that are made beside the calls."""
SECRET = "a-token-of-this-sitting"  # noqa: S105  nobody's


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
        env=environment(folder / "data")
        | {"LTMC_WORKSPACE_ROOTS": str(workspace), "LTMC_HTTP_TOKEN": SECRET},
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
        await draw(here)
        await document(here)
        await configured(here)
        await move(here)
        await settle(here)
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


async def draw(here: Sitting) -> None:
    """documentation_action: a picture whose lines are the imports that the code has."""
    drawn = await here.call(
        "documentation_action",
        "generate_architecture_diagram",
        paths=["ltmc_server"],
        max_nodes=80,
        write_to="ltmc.svg",
    )
    assert drawn["folded"] == drawn.get("edges_left_out", 0) == 0
    picture = ET.parse(here.workspace / drawn["written_to"])  # noqa: S314  our own
    titles = [title.text or "" for title in picture.iter("{http://www.w3.org/2000/svg}title")]
    said = [re.fullmatch(r"(\w+) imports (\w+)(?: × \d+)?", title) for title in titles]
    lines = {(line[1], line[2]) for line in said if line and line[2] != "__init__"}
    assert lines == imports(here.workspace / "ltmc_server")
    assert {("tools", "stores"), ("retrieval", "stores"), ("server", "protocol")} <= lines


def imports(package: Path) -> set[tuple[str, str]]:
    """Return which part of a package imports which, as Python's own parser reads it."""
    found = set()
    for path in package.rglob("*.py"):
        part = path.relative_to(package).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                top, _, rest = name.partition(".")
                other = rest.partition(".")[0]
                is_part = (package / other).is_dir() or (package / f"{other}.py").is_file()
                if top == package.name and other and is_part and other != part:
                    found.add((part, other))
    return found


async def document(here: Sitting) -> None:
    """documentation_action and sync_action: what was written of the code is held against it."""
    where = {"document": "api.md", "paths": ["ltmc_server/jobs.py", "ltmc_server/model.py"]}
    made = await here.call(
        "documentation_action",
        "generate_api_docs",
        paths=["ltmc_server/jobs.py"],
        write_to=where["document"],
    )
    assert made["counts"] == {"added": 1}
    added = await here.call("sync_action", "code", **where, dry_run=False)
    assert added["counts"] == {"added": 1, "unchanged": 1}
    assert "def start(self, name: str" in (here.workspace / "api.md").read_text("utf-8")
    assert not (await here.call("sync_action", "drift", **where))["drift_detected"]

    module, old = here.workspace / "ltmc_server/jobs.py", "def start(self, name: str, "
    module.write_text(module.read_text("utf-8").replace(old, f"{old}at: int, "), "utf-8")
    [change] = (await here.call("sync_action", "drift", **where))["changes"]
    assert (change["kind"], change["name"]) == ("signature", "Jobs.start")
    assert change["old"].startswith(old)
    assert change["new"].startswith(f"{old}at: int, ")


async def configured(here: Sitting) -> None:
    """config_action: the settings are valid, and exported without the secret among them."""
    said = await here.call("config_action", "validate_config")
    assert (said["valid"], said["problems"]) == (True, [])
    assert said["settings"]["workspace_roots"]["value"] == [str(here.workspace)]
    for format in ("toml", "env"):
        exported = await here.call("config_action", "export_config", format=format)
        assert str(here.workspace) in exported["text"]
        assert exported["secrets_left_out"] == ["http_token"]
        assert SECRET not in str(exported) + str(said)


async def move(here: Sitting) -> None:
    """memory_action: what was deleted comes back from a file, as it was."""
    exported = await here.call("memory_action", "export", path="memory.jsonl")
    before = await here.call("memory_action", "get", file_name="graph.md")
    await here.call("memory_action", "delete", file_name="graph.md")
    gone = await here.refusal("memory_action", "get", file_name="graph.md")
    assert gone["code"] == "not_found"

    told = await here.call("memory_action", "import", path="memory.jsonl")
    assert (told["found"], told["imported"]) == (exported["exported"], 1)
    assert told["unchanged"] == exported["exported"] - 1
    assert await here.call("memory_action", "get", file_name="graph.md") == before


async def settle(here: Sitting) -> None:
    """memory_action: once nothing waits for vectors, all is found by meaning, cached or not."""
    with anyio.fail_after(SETTLED_S):
        while await waiting(here):  # noqa: ASYNC110  the server tells nobody when it is done
            await anyio.sleep(POLL_S)
    asked = {"query": "walk along the links between two entities", "mode": "semantic"}
    found = await here.call("memory_action", "retrieve", **asked)
    assert found["documents"][0]["file_name"] == "graph.md"
    flushed = await here.call("cache_action", "flush", cache_type="queries")
    assert flushed["total_removed"] >= 1
    assert await here.call("memory_action", "retrieve", **asked) == found


async def waiting(here: Sitting) -> int:
    """Return how many passages wait for their vectors."""
    health = await here.call("cache_action", "health_check")
    count = health["pending_changes"]["embedding"]
    assert isinstance(count, int)
    return count


async def look_after(here: Sitting) -> None:
    """cache_action: it is well, and every call of this sitting was counted."""
    health = await here.call("cache_action", "health_check")
    assert health["status"] == "healthy"
    assert health["performance_sla"]["graph_action"]["state"] == "PASSING"
    stats = await here.call("cache_action", "stats")
    counted = stats["performance_metrics"]["by_action"]
    assert counted["graph_action.link"]["calls"] == LINKS
    assert {name.partition(".")[0] for name in counted} == set(TARGETS_S), "every tool was used"
