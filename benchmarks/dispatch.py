"""What does a call cost, over doing nothing?"""

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import TypedDict

from benchmarks.client import Client
from benchmarks.http_client import HttpClient
from benchmarks.in_process import Server
from benchmarks.marks import Samples, samples, unit

TURNS = 20
CALLS_PER_TURN = 25
"""Of each server in each turn; the median of a turn is one sample."""

FLOOR = (sys.executable, str(Path(__file__).with_name("echo_server.py")))

NOTHING = {"action": "get", "file_name": "not there"}
"""The cheapest call that goes all the way to the record and back: it finds nothing."""


class Measured(TypedDict):
    """One median a turn, in seconds."""

    floor_s: list[float]
    ours_s: list[float]


class OverStdio:
    """A call that finds nothing, in turns with a JSON-RPC echo on a bare asyncio loop.

    Asks:   what do the transport, the checks and the way to SQLite cost, once a start is over?
    Unit:   seconds a call; the ratio to the echo within this run.
    Noise:  the seconds follow the machine. The ratio was 1.0 to 2.6 in 50 runs of all commits: it
            differs by whether client and server meet on one processor, which changes within a run.
    """

    # 1 began with the answer to `initialize`, beside what the server imports after it: 1.4 to 5.4.
    version = "2"
    timeout = 120

    def setup_cache(self) -> Measured:
        measured = Measured(floor_s=[], ours_s=[])
        with (
            tempfile.TemporaryDirectory() as folder,
            Client(folder, FLOOR) as floor,
            Client(folder) as ours,
        ):
            ours.initialize()
            ask(ours)
            ours.rest()
            for _ in range(TURNS):
                measured["floor_s"].append(median(ask(floor) for _ in range(CALLS_PER_TURN)))
                measured["ours_s"].append(median(ask(ours) for _ in range(CALLS_PER_TURN)))
        return measured

    @unit("seconds")
    def track_call(self, measured: Measured) -> Samples:
        return samples(measured["ours_s"])

    @unit("seconds")
    def track_floor(self, measured: Measured) -> Samples:
        return samples(measured["floor_s"])

    @unit("× the floor")
    def track_ratio(self, measured: Measured) -> Samples:
        pairs = zip(measured["ours_s"], measured["floor_s"], strict=True)
        return samples([ours / floor for ours, floor in pairs])


class MeasuredHttp(TypedDict):
    """One median a turn, in seconds."""

    stdio_s: list[float]
    handshake_s: list[float]
    modern_s: list[float]


class OverHttp:
    """A call that finds nothing, on one connection, in turns with the same over stdio.

    Asks:   what does a call over HTTP cost, in either era of the protocol?
    Unit:   seconds a call; the ratio to stdio within this run.
    Noise:  the ratios hold on a busy machine, the seconds do not.
    """

    version = "1"
    timeout = 120

    def setup(self, measured: MeasuredHttp) -> None:
        if not measured["stdio_s"]:
            # asv skips, but only on this from `setup`.
            raise NotImplementedError("serve --http")

    def setup_cache(self) -> MeasuredHttp:
        with suppress(NotImplementedError):
            return self._measured()
        # Not None: asv would then call `setup` without it.
        return MeasuredHttp(stdio_s=[], handshake_s=[], modern_s=[])

    def _measured(self) -> MeasuredHttp:
        measured = MeasuredHttp(stdio_s=[], handshake_s=[], modern_s=[])
        with (
            tempfile.TemporaryDirectory() as folder,
            HttpClient(folder) as http,
            Client(folder) as stdio,
        ):
            stdio.initialize()
            for _ in range(TURNS):
                turn = range(CALLS_PER_TURN)
                measured["stdio_s"].append(median(ask(stdio) for _ in turn))
                for era, modern in (("handshake_s", False), ("modern_s", True)):
                    took = [http.call("memory_action", NOTHING, modern=modern) for _ in turn]
                    measured[era].append(median(took))  # type: ignore[literal-required]
        return measured

    @unit("seconds")
    def track_handshake_call(self, measured: MeasuredHttp) -> Samples:
        return samples(measured["handshake_s"])

    @unit("seconds")
    def track_modern_call(self, measured: MeasuredHttp) -> Samples:
        return samples(measured["modern_s"])

    @unit("× stdio")
    def track_handshake_ratio(self, measured: MeasuredHttp) -> Samples:
        pairs = zip(measured["handshake_s"], measured["stdio_s"], strict=True)
        return samples([http / stdio for http, stdio in pairs])

    @unit("× stdio")
    def track_modern_ratio(self, measured: MeasuredHttp) -> Samples:
        pairs = zip(measured["modern_s"], measured["stdio_s"], strict=True)
        return samples([http / stdio for http, stdio in pairs])


class InMemory:
    """The same call without a transport.

    Asks:   how much of a call is ours and not the transport's?
    Unit:   seconds a call.
    Noise:  follows the machine; compare with `calibration`.
    """

    version = "1"
    repeat = (20, 200, 1.0)
    _server: Server | None = None

    def setup(self) -> None:
        if InMemory._server is None:
            InMemory._server = Server(Path(tempfile.mkdtemp(dir=Path.cwd())))
            InMemory._server.require("memory_action", "get")

    def time_call(self) -> None:
        assert InMemory._server
        server = InMemory._server
        server.run(server.dispatcher.call("memory_action", NOTHING))


def ask(client: Client) -> float:
    """Time one call; that it finds nothing is no failure."""
    began = time.perf_counter()
    client.send("tools/call", {"name": "memory_action", "arguments": NOTHING})
    client.receive()
    return time.perf_counter() - began
