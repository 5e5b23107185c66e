"""How long until a client that starts the server has its first answers?"""

import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from typing import TypedDict

from benchmarks.client import Client
from benchmarks.marks import Samples, samples, unit

STARTS = 7

FIRST_ANSWER = """
import asyncio
import ltmc_server.__main__
from ltmc_server.commands.answering import Opening, Session
async def answer():
    client = {"name": "benchmark", "version": "1"}
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}
    assert await Session(Opening()).answer("initialize", hello)
asyncio.run(answer())
"""


class Measured(TypedDict):
    """One figure a start."""

    import_mcp_s: list[float]
    initialize_s: list[float]
    tools_list_s: list[float]
    first_call_s: list[float]
    peak_bytes: list[float]
    called_at_once_s: list[float]


class Stdio:
    """Seven starts of the server, each after a start of `python -c "import mcp"`.

    A server of its own is called as soon as it has answered `initialize`, as a host does that has
    the list of the tools from before.

    Asks:   what does a client wait for, and how does that compare with importing the SDK alone?
    Unit:   seconds since the process was started; bytes; a ratio within this run.
    Noise:  the ratio holds on a busy machine, the seconds do not.
    """

    version = "1"
    timeout = 120

    def setup_cache(self) -> Measured:
        measured = Measured(
            import_mcp_s=[],
            initialize_s=[],
            tools_list_s=[],
            first_call_s=[],
            peak_bytes=[],
            called_at_once_s=[],
        )
        for _ in range(STARTS):
            began = time.perf_counter()
            subprocess.run((sys.executable, "-c", "import mcp"), check=True)
            measured["import_mcp_s"].append(time.perf_counter() - began)
            with tempfile.TemporaryDirectory() as folder, Client(folder) as client:
                measured["initialize_s"].append(client.initialize())
                client.send("tools/list", {})
                client.receive()
                measured["tools_list_s"].append(time.perf_counter() - client.started_s)
                client.call("cache_action", action="health_check")
                measured["first_call_s"].append(time.perf_counter() - client.started_s)
                measured["peak_bytes"].append(client.peak_memory_bytes())
            with tempfile.TemporaryDirectory() as folder, Client(folder) as client:
                client.initialize()
                measured["called_at_once_s"].append(client.call("memory_action", action="list"))
        return measured

    @unit("seconds")
    def track_initialize(self, measured: Measured) -> Samples:
        return samples(measured["initialize_s"])

    @unit("seconds")
    def track_tools_list(self, measured: Measured) -> Samples:
        return samples(measured["tools_list_s"])

    @unit("seconds")
    def track_tools_list_after_initialize(self, measured: Measured) -> Samples:
        pairs = zip(measured["tools_list_s"], measured["initialize_s"], strict=True)
        return samples([listed - answered for listed, answered in pairs])

    @unit("seconds")
    def track_first_call(self, measured: Measured) -> Samples:
        return samples(measured["first_call_s"])

    @unit("seconds")
    def track_first_call_after_initialize(self, measured: Measured) -> Samples:
        return samples(measured["called_at_once_s"])

    @unit("bytes")
    def track_peak_memory(self, measured: Measured) -> Samples:
        return samples(measured["peak_bytes"])

    @unit("× import mcp")
    def track_initialize_ratio(self, measured: Measured) -> Samples:
        pairs = zip(measured["initialize_s"], measured["import_mcp_s"], strict=True)
        return samples([ours / sdk for ours, sdk in pairs])


class Imports:
    """A process that imports the server and does nothing.

    Asks:   how many modules does a start pull in?
    Unit:   modules.
    Noise:  none; the number is exact.
    """

    version = "1"

    @unit("modules")
    def track_modules(self) -> int:
        return _modules("import ltmc_server.__main__, ltmc_server.server")


class ImportsOfFirstAnswer:
    """A process that answers `initialize`, as the server does, and opens nothing.

    Asks:   how many modules does a client wait for that has just started the server?
    Unit:   modules.
    Noise:  none; the number is exact.
    """

    version = "1"

    def setup(self) -> None:
        try:
            found = find_spec("ltmc_server.commands.answering")
        except ModuleNotFoundError:
            found = None
        if found is None:
            # asv skips: that commit imports everything before it answers.
            raise NotImplementedError("answered before opened")

    @unit("modules")
    def track_modules(self) -> int:
        return _modules(FIRST_ANSWER)


def _modules(code: str) -> int:
    """Return how many modules a process has imported that runs `code`."""
    code += "\nimport sys; print(len(sys.modules))"
    done = subprocess.run((sys.executable, "-c", code), check=True, capture_output=True, text=True)
    return int(done.stdout)
