"""What is known of the Letta server that runs in the background: one file, in `.letta/`.

A pid alone says little: it may be another program's by now. So each is kept with the time its
process was made, and counts only while both agree.
"""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

import psutil

from tracker.letta.server import LettaServer

FOLDER: Final = ".letta"
FILE: Final = "server.json"

SAME_PROCESS_S: Final = 2.0
"""The clock may have been set since; no process gets a pid of another this soon."""

SUPERVISOR: Final = "supervisor"


@dataclass(frozen=True, slots=True)
class Running:
    """A process as it was when it was noted."""

    name: str
    pid: int
    made_at_s: float

    @classmethod
    def of(cls, name: str, pid: int) -> Self:
        """Note a process that runs now."""
        return cls(name, pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """Return it if it still runs; never another that has its pid."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.made_at_s) < SAME_PROCESS_S
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def rss_bytes(self) -> int:
        """Return its memory with its children's; what they share is counted in each. 0 if gone."""
        if not (found := self.process()):
            return 0
        # The supervisor's children are the parts, which are told of on their own.
        children = [] if self.name == SUPERVISOR else found.children(recursive=True)
        total = 0
        for each in (found, *children):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += each.memory_info().rss
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One server, and everything that runs for it."""

    base_url: str
    version: str
    llm_url: str
    folder: str
    since_s: float
    running: tuple[Running, ...]

    @classmethod
    def of(cls, server: LettaServer) -> Self:
        """Note a server that this process has started."""
        supervisor = Running.of(SUPERVISOR, os.getpid())
        parts = (Running.of(name, pid) for name, pid in server.pids.items())
        return cls(
            base_url=server.base_url,
            version=server.version,
            llm_url=server.llm_url or "",
            folder=str(server.folder),
            since_s=time.time(),
            running=(supervisor, *parts),
        )

    @property
    def dead(self) -> Sequence[str]:
        """Return the names of what should run and does not."""
        return [each.name for each in self.running if each.process() is None]


def read(folder: Path) -> State | None:
    """Return what was noted; None where nothing was, or nothing that can be read."""
    try:
        noted = json.loads((folder / FILE).read_text("utf-8"))
        running = tuple(Running(**each) for each in noted.pop("running"))
        return State(**noted, running=running)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write(folder: Path, state: State) -> None:
    """Note it, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
        json.dump(asdict(state), file, indent=1)
    Path(file.name).replace(folder / FILE)


def forget(folder: Path) -> None:
    """Remove the note."""
    (folder / FILE).unlink(missing_ok=True)
