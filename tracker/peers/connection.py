"""A server process and its pipes: JSON-RPC lines, with a bound on every wait.

As thin as a client can be: an SDK's own milliseconds would hide those of the servers.
"""

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from tracker.peers.errors import Ended, Silent
from tracker.peers.trees import Tree, end

VERSION: Final = "2025-06-18"
"""Of the protocol: what all of them speak."""

START_S: Final = 60.0
CALL_S: Final = 60.0
STOP_S: Final = 5.0
READ_BYTES: Final = 1 << 20
LINE_BYTES_MAX: Final = 1 << 26
TAIL_BYTES: Final = 4_096

Message: TypeAlias = dict[str, Any]
Call: TypeAlias = tuple[str, dict[str, object]]
"""A tool, and its arguments."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start, where, and with which variables; its stderr goes to `log`."""

    command: Sequence[str]
    environ: Mapping[str, str]
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "stderr.log"


class Connection:
    """A server that was started; it is stopped when the `with` block ends, whatever happens."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.began_s = time.perf_counter()
        with launch.log.open("ab") as log:
            self.process = subprocess.Popen(
                launch.command,
                cwd=launch.home,
                env=dict(launch.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle
            )
        assert self.process.stdin
        assert self.process.stdout
        self.tree = Tree(self.process.pid)
        self._stdin = self.process.stdin
        self._fd = self.process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN | select.POLLHUP)
        self._lines: list[bytes] = []
        self._rest = b""
        self._sent = 0

    def initialize(self) -> float:
        """Shake hands; return the seconds since the process was started."""
        client = {"name": "benchmark", "version": "1"}
        given = {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": client}
        self.wait(self.send("initialize", given), START_S)
        took = time.perf_counter() - self.began_s
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return took

    def call(self, call: Call, timeout_s: float = CALL_S) -> Message:
        """Call a tool; return its result, or the error in its place."""
        return self.wait(self.ask(call), timeout_s)

    def ask(self, call: Call) -> int:
        """Call a tool without waiting; return the id of the request."""
        tool, arguments = call
        return self.send("tools/call", {"name": tool, "arguments": arguments})

    def send(self, method: str, params: object) -> int:
        """Write a request; return its id."""
        self._sent += 1
        self._write({"jsonrpc": "2.0", "id": self._sent, "method": method, "params": params})
        return self._sent

    def wait(self, id: int, timeout_s: float = CALL_S) -> Message:
        """Return the result of a request; answers to others are passed over."""
        until = time.monotonic() + timeout_s
        while True:
            answered, result = self.answer(max(0.0, until - time.monotonic()))
            if answered == id:
                return result

    def answer(self, timeout_s: float = CALL_S) -> tuple[int, Message]:
        """Return the id of the request that is answered next, and the result or the error.

        Raises:
            Ended: the process is gone.
            Silent: nothing came in time.
        """
        until = time.monotonic() + timeout_s
        while True:
            try:
                message = json.loads(self._line(until))
            except ValueError:
                continue  # Some print on stdout what is not for us.
            if not isinstance(message, dict) or "id" not in message:
                continue
            if "method" in message:
                error = {"code": -32601, "message": "this client offers nothing"}
                self._write({"jsonrpc": "2.0", "id": message["id"], "error": error})
                continue
            failed = {"isError": True, "error": message.get("error")}
            return message["id"], message.get("result", failed)

    def stop(self) -> None:
        """End the process and what it started: stdin is closed, and then there is little time."""
        self.tree.resume()
        members = self.tree.members()
        with contextlib.suppress(OSError):  # what was to be written has no reader any more
            self._stdin.close()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.tree.kill()
        end(members[1:])
        self._bury()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.tree.kill()
        self._bury()

    def tail(self) -> str:
        """Return the end of what it wrote to stderr, as one line."""
        try:
            said = self.launch.log.read_bytes()[-TAIL_BYTES:].decode(errors="replace")
        except OSError:
            return ""
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        return lines[-1][:300] if lines else ""

    def _bury(self) -> None:
        self.process.wait(STOP_S)
        with contextlib.suppress(OSError):
            self._stdin.close()
        assert self.process.stdout
        self.process.stdout.close()

    def _write(self, message: Message) -> None:
        try:
            self._stdin.write(json.dumps(message).encode() + b"\n")
            self._stdin.flush()
        except OSError as error:
            raise Ended(self._why()) from error

    def _line(self, until: float) -> bytes:
        while not self._lines:
            left = until - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise Silent("it did not answer in time")
            read = os.read(self._fd, READ_BYTES)
            if not read:
                raise Ended(self._why())
            *lines, self._rest = (self._rest + read).split(b"\n")
            self._lines = lines[::-1]
            if len(self._rest) > LINE_BYTES_MAX:
                raise Silent(f"a line of more than {LINE_BYTES_MAX} bytes")
        return self._lines.pop()

    def _why(self) -> str:
        said = self.tail()
        return f"it ended: {said}" if said else "it ended"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
