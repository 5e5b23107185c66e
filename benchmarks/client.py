"""A client that costs next to nothing: JSON lines over the pipes of a server process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

SERVER = (sys.executable, "-m", "ltmc_server")

STOP_TIMEOUT_S = 5.0


class Client:
    """A server process, driven by hand; stopped when the `with` block ends, whatever happens."""

    def __init__(self, data_dir: str, command: Sequence[str] = SERVER, **settings: str) -> None:
        self.started_s = time.perf_counter()
        # The whole environment: the matrix of asv.conf.json has to reach the server.
        environment = os.environ | {
            "LTMC_DATA_DIR": data_dir,
            "LTMC_PROJECT_ID": "benchmark",
            # No settings of whoever measures.
            "XDG_CONFIG_HOME": data_dir,
            # As in `in_process.Server`: all but the model is measured.
            "LTMC_EMBEDDING": "hashing",
        }
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Not asv's: a server that held on to it would keep asv waiting.
            stderr=subprocess.DEVNULL,
            env=environment | settings,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.calls = 0

    def send(self, method: str, params: object) -> int:
        """Write a request; return its id."""
        self.calls += 1
        message = {"jsonrpc": "2.0", "id": self.calls, "method": method, "params": params}
        self.stdin.write(json.dumps(message).encode() + b"\n")
        self.stdin.flush()
        return self.calls

    def receive(self) -> dict[str, Any]:
        """Read the next response."""
        line = self.stdout.readline()
        if not line:
            raise RuntimeError("the server has gone")
        message: dict[str, Any] = json.loads(line)
        return message

    def initialize(self) -> float:
        """Shake hands; return the seconds since the process was started."""
        client = {"name": "benchmark", "version": "1"}
        version = "2025-11-25"
        self.send(
            "initialize",
            {"protocolVersion": version, "capabilities": {}, "clientInfo": client},
        )
        self.receive()
        took = time.perf_counter() - self.started_s
        self.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
        self.stdin.flush()
        return took

    def call(self, tool: str, **arguments: object) -> float:
        """Call an action; return how many seconds it took."""
        began = time.perf_counter()
        self.send("tools/call", {"name": tool, "arguments": arguments})
        response = self.receive()
        took = time.perf_counter() - began
        if "error" in response or response["result"].get("isError"):
            raise NotImplementedError(str(response)[:500])
        return took

    def peak_memory_bytes(self) -> int:
        """Return the most memory the server has held; read while it lives, in it, not in us."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024

    def processor_s(self) -> float:
        """Return the seconds of processor time the server has had, in steps of 10 ms."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8")
        # Behind the name, which may hold blanks: user and system time are fields 14 and 15.
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def rest(self, quiet_s: float = 0.2, longest_s: float = 30.0) -> None:
        """Return when the server has had no processor time for a while: its start is over.

        Raises:
            TimeoutError: it was at work for `longest_s`.
        """
        began = quiet_since = time.perf_counter()
        spent_s = self.processor_s()
        while time.perf_counter() - quiet_since < quiet_s:
            if time.perf_counter() - began > longest_s:
                raise TimeoutError(f"no rest for {quiet_s} s within {longest_s} s")
            time.sleep(quiet_s / 10)
            if (now_s := self.processor_s()) != spent_s:
                spent_s, quiet_since = now_s, time.perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stdin.close()
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.stdout.close()
