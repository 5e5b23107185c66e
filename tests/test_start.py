"""What a start of the server pulls in."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings


def test_a_start_imports_nothing_that_only_a_call_needs() -> None:
    code = "import sys, ltmc_server.__main__, ltmc_server.server, ltmc_server.protocol.pipes"
    code += "; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"mcp", "numpy", "faiss", "onnxruntime", "httpx2", "tenacity", "neo4j", "redis"}
    heavy |= {"starlette", "uvicorn", "prometheus_client", "ltmc_server.documentation.upkeep"}
    heavy |= {"ltmc_server.diagrams.svg", "ltmc_server.diagrams.views", "ltmc_server.caching.redis"}
    heavy |= {"letta_client", "aiohttp", "httpx", "ltmc_server.letta.client"}
    assert heavy & set(done.stdout.split()) == set()


@pytest.mark.anyio
async def test_a_server_looks_after_its_stores_while_it_is_open(tmp_path: Path) -> None:
    async with open_dispatcher(Settings(data_dir=tmp_path)) as dispatcher:
        watching = [task for task in asyncio.all_tasks() if task.get_name() == "watch"]
        assert len(watching) == 1
        assert dispatcher.health.metrics is dispatcher.metrics
        await dispatcher.call("memory_action", {"action": "list"})
        assert sum(dispatcher.metrics.stores["sqlite"].counts) > 0

    assert watching[0].cancelled()
