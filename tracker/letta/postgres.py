"""PostgreSQL for the Letta server: in a temporary folder, reached through a socket in that folder.

It trusts whoever reaches the socket; the folder lets in its owner only. No port is opened.
It keeps nothing safe (`fsync=off`): what is in it lives as long as the server.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.errors import LettaNotStarted
from tracker.letta.parts import Part, Program, start, tail

ENVIRON: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
"""Nothing of the user's: PGHOST and its like would lead elsewhere."""

OPTIONS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
CONNECTIONS_MAX: Final = 200

START_S: Final = 60.0
"""Longest wait for each step of its start; half a second where the machine is not busy."""

UNPRIVILEGED: Final = "nobody"
"""Who runs it where we are root: PostgreSQL refuses root."""


class Postgres:
    """One server with one empty database, `letta`, under the folder that it is given."""

    def __init__(self, installed: Path, folder: Path) -> None:
        self._folder = folder
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._programs = self._within_reach(installed) / "bin"
        self._data = folder / "postgres"
        self._log = folder / "postgres.log"

    @property
    def uri(self) -> str:
        """Its address, as Letta takes it."""
        # `localhost` is there for Letta's parser only. Without `ssl`, Letta would insist on TLS.
        return f"postgresql://letta@localhost/letta?host={self._data}&ssl=disable"

    def make(self) -> None:
        """Make the files of a new server.

        Raises:
            LettaNotStarted: it could not.
        """
        self._data.mkdir(mode=0o700)
        if self._user:
            shutil.chown(self._data, self._user)
        command = ["initdb", "-D", str(self._data), "-U", "letta", "--auth=trust", "-E", "UTF8"]
        making = start(self._program([*command, "--no-sync"]), self._log)
        try:
            making.process.wait(START_S)
        except subprocess.TimeoutExpired:
            what = f"did not end within {START_S:.0f} s"
            raise LettaNotStarted("initdb", what, tail(self._log)) from None
        finally:
            making.stop()
        if making.process.returncode:
            raise LettaNotStarted("initdb", "failed", tail(self._log))

    def start(self) -> Part:
        """Start it; it is not ready yet."""
        options = [f"max_connections={CONNECTIONS_MAX}", *OPTIONS]
        command = ["postgres", "-D", str(self._data), "-h", "", "-k", str(self._data)]
        command += [word for option in options for word in ("-c", option)]
        return start(self._program(command), self._log)

    def is_ready(self) -> bool:
        """Say whether the database is there, and make it as soon as that can be done."""
        asked = ["-q", "-h", str(self._data), "-U", "letta", "-d", "postgres"]
        made = self._ask(["psql", "-X", *asked, "-c", "CREATE DATABASE letta"])
        return made == 0

    def _ask(self, command: Sequence[str]) -> int:
        program, *arguments = command
        return subprocess.run(
            [self._programs / program, *arguments],
            check=False,
            env=ENVIRON,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_S,
        ).returncode

    def _program(self, command: Sequence[str]) -> Program:
        program, *arguments = command
        return Program(
            name=program,
            command=[self._programs / program, *arguments],
            folder=Path("/"),
            environ=ENVIRON,
            user=self._user,
            stop_with=signal.SIGINT,  # its fast shutdown: it waits for no client
        )

    def _within_reach(self, installed: Path) -> Path:
        """Return its programs where the user that runs them may read; root's home is closed."""
        # A link does not open the folder that it lies in.
        above = (installed, *installed.absolute().parents, *installed.resolve().parents)
        if self._user is None or all(each.stat().st_mode & 0o001 for each in above):
            return installed
        # Its libraries lie beside its package, and its programs look for them there.
        package = installed.parent
        for each in (package, package.with_name(f"{package.name}.libs")):
            if each.is_dir():
                shutil.copytree(
                    each, self._folder / each.name, symlinks=True, copy_function=_linked
                )
        return self._folder / package.name / installed.name


def _linked(source: str, target: str) -> None:
    """Put a file there without copying it, if it is on the same disk."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)
