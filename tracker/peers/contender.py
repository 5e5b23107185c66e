"""A server in the comparison: how it is started, and what is noted of it."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tracker.peers.catalogue import Peer
from tracker.peers.connection import Connection, Launch
from tracker.peers.dialects import DIALECTS, Dialect
from tracker.peers.errors import NotInstalled
from tracker.peers.interrupts import put_off
from tracker.peers.samples import Loss, Row

PREFIX: Final = "peers-"

INHERITED: Final = ("PATH", "TMPDIR", "TZ")
"""Of our variables; no setting of whoever measures reaches a server."""

OFFLINE: Final = {
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1", "NO_COLOR": "1", "LANG": "C.UTF-8", "PYTHONUTF8": "1",
}  # fmt: skip
"""Nobody asks the network or reports home while the clock runs."""

REMARKS_MAX: Final = 12


@dataclass
class Contender:
    """One server, where it was installed, and its samples so far."""

    peer: Peer
    environment: Path | None = None
    model: Path | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    unavailable: str | None = None
    connection: Connection | None = None
    """The process that is filled and asked."""
    samples: dict[str, list[list[float]]] = field(default_factory=dict)
    """Figure → the samples of each turn."""
    asked: int = 0
    """Calls in all."""
    failures: int = 0
    """Those that were refused, or not answered in time, or never."""
    losses: dict[str, Loss] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    """Sections in which it gets no more turns."""
    homes: list[Path] = field(default_factory=list)

    @property
    def dialect(self) -> Dialect:
        """How it is asked."""
        return DIALECTS[self.peer.dialect]

    def home(self) -> Path:
        """Return a new data folder, with the model where the server looks for it.

        Raises:
            NotInstalled: a file of the model is not there.
        """
        with put_off():  # What nobody knows of, nobody deletes.
            home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{self.peer.name}-"))
            self.homes.append(home)
        for place, name in self.peer.files.items():
            found = sorted(self.model.rglob(name)) if self.model else []
            if not found:
                raise NotInstalled(f"the model has no file {name}")
            (home / place).parent.mkdir(parents=True, exist_ok=True)
            (home / place).symlink_to(found[0])
        return home

    def launch(self, home: Path) -> Launch:
        """Return how the server is started on a data folder."""
        assert self.environment

        def filled(text: str) -> str:
            return text.replace("{home}", str(home)).replace("{env}", str(self.environment))

        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        own = {name: filled(each.value) for name, each in self.peer.environ.items()}
        environ = inherited | OFFLINE | {"HOME": str(home)} | own
        return Launch([filled(each) for each in self.peer.command], environ, home)

    def connect(self, home: Path) -> Connection:
        """Start the server on a data folder."""
        return Connection(self.launch(home))

    def add(self, figure: str, values: Iterable[float], turn: int = 0) -> None:
        """Note samples of a figure, in the turn they are of."""
        of_turns = self.samples.setdefault(figure, [])
        of_turns.extend([] for _ in range(turn + 1 - len(of_turns)))
        of_turns[turn].extend(values)

    def count(self, asked: int = 1, failed: int = 0) -> None:
        """Count calls, and those of them that failed."""
        self.asked += asked
        self.failures += failed

    def remark(self, text: str) -> None:
        """Note what went wrong, once."""
        text = self.without_paths(text)
        if text not in self.remarks and len(self.remarks) < REMARKS_MAX:
            self.remarks.append(text)

    def without_paths(self, text: str) -> str:
        """Return a text as one line that names no folder of this machine."""
        for folder, word in (*((home, "{home}") for home in self.homes), *self._places()):
            text = text.replace(str(folder), word)
        return " ".join(text.split())[:300]

    def _places(self) -> Iterable[tuple[Path, str]]:
        if self.environment:
            yield self.environment, "{env}"
            yield self.environment.parent, "{environments}"
        yield Path.cwd(), "."
        yield Path.home(), "~"
        yield Path(tempfile.gettempdir()), "{tmp}"

    def close(self) -> None:
        """Stop what runs."""
        if self.connection:
            connection, self.connection = self.connection, None
            connection.stop()

    def clean(self) -> None:
        """Kill what runs and delete its data folders."""
        connection, self.connection = self.connection, None
        if connection:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                connection.kill()
        for home in self.homes:
            shutil.rmtree(home, ignore_errors=True)

    def row(self) -> Row:
        """Return what is kept of it."""
        return Row(
            name=self.peer.name,
            title=self.peer.title,
            is_ours=self.peer.is_ours,
            finds_by=self.peer.finds_by,
            search=self.peer.search,
            about=self.peer.about,
            settings=self.peer.environ,
            versions=self.versions,
            unavailable=self.unavailable,
            samples={name: tuple(map(tuple, of_turns)) for name, of_turns in self.samples.items()},
            asked=self.asked,
            failures=self.failures,
            losses=self.losses,
            remarks=tuple(self.remarks),
        )
