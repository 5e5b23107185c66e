"""letta-mcp-server 1.0.5 from PyPI, in an environment of its own: what there was before.

Against Letta 0.16.8 many of its tools fail within milliseconds, and one says it succeeded and does
nothing. What fails or has no effect is `unavailable` here, with the reason; it has no time.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from benchmarks.letta.arms.arm import Unavailable
from benchmarks.letta.arms.mcp import Call, McpStdio
from benchmarks.letta.letta_http import API_KEY
from benchmarks.letta.steps import BLOCK, FOUND_MAX, LIST_MAX, Kind, Step

REQUIREMENTS: Final = Path(__file__).parents[1] / "peer-requirements.txt"
INSTALL_S: Final = 300.0

CALLS: Final[Mapping[Kind, Callable[[Step], Call]]] = {
    "health": lambda step: ("letta_health_check", {}),
    "list_agents": lambda step: ("letta_list_agents", {"limit": LIST_MAX}),
    "get_agent": lambda step: ("letta_get_agent", {"agent_id": step.agent}),
    "read_memory": lambda step: ("letta_get_memory", {"agent_id": step.agent}),
    "write_memory": lambda step: (
        "letta_update_memory",
        {"agent_id": step.agent, "block_label": BLOCK, "value": step.text},
    ),
    "send": lambda step: ("letta_send_message", {"agent_id": step.agent, "message": step.text}),
    "list_tools": lambda step: ("letta_list_tools", {}),
    "agent_tools": lambda step: ("letta_get_agent_tools", {"agent_id": step.agent}),
    "attach": lambda step: (
        "letta_attach_tool",
        {"agent_id": step.agent, "tool_name": step.tool_name},
    ),
    "search": lambda step: (
        "letta_search_memory",
        {"agent_id": step.agent, "query": step.text, "limit": FOUND_MAX},
    ),
}


class LettaMcpServer(McpStdio):
    """Its process over pipes, asked by the same light client."""

    name: ClassVar[str] = "letta_mcp_server"
    every: ClassVar[int] = 3  # it decides nothing, and each turn costs

    def started_with(self) -> Sequence[str]:
        return (str(installed()), "-m", "letta_mcp.server")

    def settings(self, url: str) -> dict[str, str]:
        return {
            "LETTA_BASE_URL": url,
            "LETTA_API_KEY": API_KEY,
            "LETTA_MAX_RETRIES": "0",
            # It would ask the network for newer versions at each start.
            "FASTMCP_CHECK_FOR_UPDATES": "off",
        }

    def call_of(self, step: Step) -> Call:
        if step.kind not in CALLS:
            raise Unavailable(f"it has no tool for {step.kind}")
        return CALLS[step.kind](step)

    def batch_of(self, steps: Sequence[Step]) -> Call | None:
        return None


def installed() -> Path:
    """Return the Python of the environment; make it, once, where it is not there.

    Raises:
        Unavailable: it can not be installed here.
    """
    listed = REQUIREMENTS.read_bytes() + sys.version.encode()
    given = os.environ.get("XDG_CACHE_HOME")
    cache = (Path(given) if given else Path.home() / ".cache") / "ltmc"
    folder = cache / f"letta-mcp-server-{hashlib.sha256(listed).hexdigest()[:12]}"
    whole = folder / "whole"
    if not whole.exists():
        try:
            _install(folder)
        except (OSError, ImportError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", None) or str(error)
            raise Unavailable(f"it can not be installed: {said.strip()[-300:]}") from error
        whole.touch()
    return folder / "bin/python"


def _install(folder: Path) -> None:
    from uv import find_uv_bin

    folder.parent.mkdir(parents=True, exist_ok=True)
    python = f"--python={folder / 'bin/python'}"
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    for arguments in (
        ("venv", "--quiet", "--clear", f"--python={sys.executable}", str(folder)),
        ("pip", "install", "--quiet", python, "--require-hashes", f"--requirements={REQUIREMENTS}"),
    ):
        subprocess.run(
            (find_uv_bin(), *arguments),
            check=True,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_S,
        )
