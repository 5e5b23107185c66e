"""A server process, spoken to in raw lines: what no client library smooths over."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Self, TypeAlias

Message: TypeAlias = dict[str, Any]

WAIT_S = 20.0
"""Longest wait for anything; on a busy machine a start takes seconds."""

SERVER: Sequence[str] = (sys.executable, "-m", "ltmc_server")
HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


class Wire:
    """The two ends of a server's pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.pending = b""
        self.asked = 0

    @classmethod
    @contextmanager
    def open(
        cls,
        data_dir: Path,
        *,
        command: Sequence[str] = SERVER,
        greet: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> Iterator[Self]:
        """Start a server on a data folder; end it at the latest when the block ends."""
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(data_dir) | dict(settings or {}),
        ) as process:
            try:
                wire = cls(process)
                if greet:
                    wire.greet()
                yield wire
            finally:
                process.kill()

    def greet(self) -> None:
        """Shake hands, as the protocol wants it before anything else."""
        self.ask("initialize", HELLO)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message: Message | bytes) -> None:
        """Write one line: a message, or bytes as they are."""
        assert self.process.stdin is not None
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def read(self) -> Message:
        """Return the next message the server writes."""
        assert self.process.stdout is not None
        give_up = monotonic() + WAIT_S
        while b"\n" not in self.pending:
            ready, _, _ = select.select([self.process.stdout], [], [], give_up - monotonic())
            assert ready, "the server did not answer in time"
            some = os.read(self.process.stdout.fileno(), 1 << 16)
            assert some, "the server closed its stdout"
            self.pending += some
        line, _, self.pending = self.pending.partition(b"\n")
        message = json.loads(line)
        assert isinstance(message, dict)
        return message

    def ask(self, method: str, params: Message) -> Message:
        """Send a request and return the answer to it."""
        id = self.start(method, params)
        answer = self.read()
        assert answer["id"] == id, answer
        return answer

    def start(self, method: str, params: Message) -> int:
        """Send a request, leaving its answer to be read; return its id."""
        self.asked += 1
        self.send({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params})
        return self.asked

    def cancel(self, id: int) -> None:
        """Say that the answer to a request is no longer wanted."""
        params = {"requestId": id}
        self.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})

    def call(self, action: str, **arguments: object) -> Message:
        """Call memory_action; return what it gave, and fail if that is an error."""
        return self.use("memory_action", action, **arguments)

    def use(self, tool: str, action: str, **arguments: object) -> Message:
        """Call a tool; return what it gave, and fail if that is an error."""
        params = {"name": tool, "arguments": {"action": action} | arguments}
        result = self.ask("tools/call", params)["result"]
        assert not result["isError"], result
        content = result["structuredContent"]
        assert isinstance(content, dict)
        return content

    def start_store(self, file_name: str, content: str) -> int:
        """Send a store, leaving its answer to be read; return its id."""
        arguments = {"action": "store", "file_name": file_name, "content": content}
        return self.start("tools/call", {"name": "memory_action", "arguments": arguments})

    def hang_up(self) -> int:
        """Close the server's stdin; return its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(WAIT_S)


def environment(data_dir: Path) -> dict[str, str]:
    """Return this process's environment, with the data folder and no other setting of ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LTMC_")}
    return inherited | {"LTMC_DATA_DIR": str(data_dir), "LTMC_PROJECT_ID": "tea"}
