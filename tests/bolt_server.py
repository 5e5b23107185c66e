"""A Bolt server for the tests: ArcadeDB, in a process of its own, on a port that was free.

A real Neo4j can not be installed from where our packages come from; this one speaks the same
protocol and the same Cypher.
"""

import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import SecretStr

from ltmc_server.stores.bolt.connection import BoltAddress

PROGRAM: Final = Path(__file__).with_name("bolt_program.py")
USER: Final = "root"
PASSWORD: Final = "bolt-password"  # noqa: S105  of a server that lives as long as the tests
DATABASE: Final = "neo4j"

START_S: Final = 60.0
"""Longest wait for it to answer: 3 seconds, 10 where the machine is busy."""
STOP_S: Final = 20.0


@dataclass(slots=True)
class BoltServer:
    """A server that can be killed and started again on what it has kept."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def address(self) -> BoltAddress:
        return BoltAddress(
            uri=self.uri, user=USER, password=PASSWORD, database=DATABASE, timeout_s=10.0
        )

    def settings(self) -> dict[str, object]:
        """Return what makes a server of ours use it."""
        password = SecretStr(PASSWORD)
        return {"neo4j_uri": self.uri, "neo4j_user": USER, "neo4j_password": password}

    def start(self) -> None:
        """Start it; return when it answers."""
        command = [sys.executable, str(PROGRAM), str(self.folder), str(self.port)]
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        said = b""
        assert self.process.stdout is not None
        while b"ready\n" not in said:
            assert select.select([self.process.stdout], [], [], START_S)[0], "no Bolt server"
            some = os.read(self.process.stdout.fileno(), 1 << 16)
            assert some, f"the Bolt server ended: {said.decode(errors='replace')}"
            said += some

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self._gone()

    def stop(self) -> None:
        """End it: it goes with its stdin."""
        if self.process is not None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self._gone()

    def _gone(self) -> None:
        assert self.process is not None
        self.process.wait(STOP_S)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process = None


@contextmanager
def bolt_server() -> Iterator[BoltServer]:
    """Start a server on an empty folder; end it when the block ends."""
    with TemporaryDirectory() as folder:
        server = BoltServer(Path(folder), free_port())
        try:
            server.start()
            yield server
        finally:
            # Nothing of it is kept, so it need not end well.
            server.kill()


def free_port() -> int:
    """Return a port that nothing listens on, nor on the next: its web server takes that."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
