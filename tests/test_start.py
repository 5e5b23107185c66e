"""What a start of the server pulls in."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.wire import environment

FIRST_ANSWER = """
import asyncio, sys
import ltmc_server.__main__
from ltmc_server.commands.answering import Opening, Session
async def answer():
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}}
    hello["clientInfo"] = {"name": "test", "version": "1"}
    assert await Session(Opening()).answer("initialize", hello)
asyncio.run(answer())
"""
"""Answers `initialize`, and opens nothing."""

WHEN_GARBAGE_IS_COLLECTED = """
import gc, sys, threading
from ltmc_server.__main__ import main
def until(is_so):
    while not is_so():
        threading.Event().wait(0.01)
def watch():
    until(lambda: not gc.isenabled())
    until(gc.isenabled)
    print(gc.get_freeze_count() > 10_000, file=sys.stderr, flush=True)
threading.Thread(target=watch, daemon=True).start()
sys.exit(main())
"""
"""Serves, and says when garbage is collected again, whether what was there by then is left out."""

ONE_CALL = """
import asyncio, sys
import ltmc_server.protocol.serving
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
async def main():
    async with open_dispatcher(Settings()) as dispatcher:
        print(*sys.modules)
        await dispatcher.call("memory_action", {"action": "list"})
asyncio.run(main())
"""
"""Says what is imported once the server is open, and calls one tool."""


def imported(code: str, folder: Path) -> list[set[str]]:
    """Return the modules that a program has imported when it prints them, and when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(folder),
    )
    return [set(line.split()) for line in done.stdout.splitlines()]


def test_a_start_imports_nothing_that_only_a_call_needs(tmp_path: Path) -> None:
    code = "import sys, ltmc_server.__main__, ltmc_server.server, ltmc_server.protocol.pipes"

    heavy = {"mcp", "numpy", "faiss", "onnxruntime", "httpx2", "tenacity", "neo4j", "redis"}
    heavy |= {"starlette", "uvicorn", "prometheus_client", "ltmc_server.documentation.upkeep"}
    heavy |= {"ltmc_server.diagrams.svg", "ltmc_server.diagrams.views", "ltmc_server.caching.redis"}
    heavy |= {"ltmc_server.embedding.endpoint", "ltmc_server.embedding.answers"}
    heavy |= {"letta_client", "aiohttp", "httpx", "ltmc_server.letta.client"}
    [modules] = imported(code, tmp_path)
    assert heavy & modules == set()


def test_the_first_answer_waits_for_few_imports(tmp_path: Path) -> None:
    [modules] = imported(FIRST_ANSWER, tmp_path)

    assert {"pydantic", "pydantic_core", "sqlite3", "typing_extensions"} & modules == set()
    assert {name for name in modules if name.startswith("ltmc_server.")} == {
        "ltmc_server.__main__",
        *("ltmc_server.commands", "ltmc_server.commands.answering", "ltmc_server.commands.plain"),
        *("ltmc_server.protocol", "ltmc_server.protocol.messages", "ltmc_server.protocol.opening"),
        *("ltmc_server.protocol.pipes", "ltmc_server.protocol.session"),
    }


@pytest.mark.anyio
async def test_a_start_collects_no_garbage_and_what_follows_does(tmp_path: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WHEN_GARBAGE_IS_COLLECTED),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(tmp_path),
    )
    assert server.stdin
    assert server.stderr
    async with asyncio.timeout(30):
        assert await server.stderr.readline() == b"True\n"
        server.stdin.close()
        assert await server.wait() == 0


def test_a_tool_is_imported_when_it_is_first_called(tmp_path: Path) -> None:
    opened, called = imported(ONE_CALL, tmp_path)

    assert not any(name.startswith("ltmc_server.tools") for name in opened)
    tools = {name.split(".")[2] for name in called if name.startswith("ltmc_server.tools.")}
    assert tools == {"memory", "vocabulary"}
    unused = ("ltmc_server.syntax", "ltmc_server.diagrams", "ltmc_server.documentation")
    assert not any(name.startswith(unused) for name in called)


@pytest.mark.anyio
async def test_a_server_looks_after_its_stores_while_it_is_open(tmp_path: Path) -> None:
    async with open_dispatcher(Settings(data_dir=tmp_path)) as dispatcher:
        watching = [task for task in asyncio.all_tasks() if task.get_name() == "watch"]
        assert len(watching) == 1
        assert dispatcher.health.metrics is dispatcher.metrics
        await dispatcher.call("memory_action", {"action": "list"})
        assert sum(dispatcher.metrics.stores["sqlite"].counts) > 0

    assert watching[0].cancelled()
