"""The code of this repository, described, judged, and held against what was written."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings

pytestmark = pytest.mark.anyio

PACKAGE = Path(__file__).parents[2] / "ltmc_server"


class Caller:
    """Calls tools of a server, and refuses errors and results over the bound."""

    def __init__(self, server: Dispatcher) -> None:
        self.server = server

    async def call(self, tool: str, action: str, **arguments: object) -> dict[str, Any]:
        reply = await self.server.call(tool, {"action": action, **arguments})
        assert not reply.is_error, reply.payload
        assert len(reply.text.encode()) <= self.server.response_bytes_max
        return reply.payload

    async def drift(self) -> dict[str, Any]:
        return await self.call("sync_action", "drift", document="api.md", paths=["ltmc_server"])


async def test_our_own_code_is_described_judged_and_followed(tmp_path: Path) -> None:
    root = tmp_path / "copy"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, root / "ltmc_server", ignore=ignored)
    settings = Settings(data_dir=tmp_path / "data", workspace_roots=(root,))
    tool, ours = "documentation_action", {"paths": ["ltmc_server"]}
    async with open_dispatcher(settings) as server:
        caller = Caller(server)
        made = await caller.call(tool, "generate_api_docs", write_to="api.md", **ours)
        assert made["written"]
        assert "unread" not in made
        assert made["files_processed"] == len(list(PACKAGE.rglob("*.py")))

        asked = {"document": "api.md", **ours}
        judged = await caller.call(tool, "validate_documentation_consistency", **asked)
        assert judged["parts"]["covered"] == judged["parts"]["parameters"] == 1.0
        assert judged["parts"]["documented"] > 0.7

        assert (await caller.drift())["drift_detected"] is False
        jobs, old = root / "ltmc_server/jobs.py", "def start(self, name: str, "
        jobs.write_text(jobs.read_text("utf-8").replace(old, f"{old}at: int, "), "utf-8")
        [change] = (await caller.drift())["changes"]
        assert (change["kind"], change["name"]) == ("signature", "Jobs.start")
        assert change["old"].startswith(old)
        assert change["new"].startswith(f"{old}at: int, ")
