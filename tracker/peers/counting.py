"""How often a server waits for the disk: its fsyncs, counted by the kernel while it stores.

A program that is started in the server's place starts the server under a filter, and writes what
it has counted into a file. Calls take longer so; no times are taken here.
"""

import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.lockstep.worker.syscalls import Watch

if TYPE_CHECKING:
    from tracker.peers.connection import Connection, Launch
    from tracker.peers.contender import Contender
    from tracker.peers.turns import Plan

ROOT: Final = Path(__file__).parents[2]

START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from tracker.peers.counting import main; main(sys.argv[2], sys.argv[3:])"
)

LOOK_S: Final = 0.05
"""How old a count in the file can be."""

DIGITS: Final = 20
REST_S: Final = 30.0
FIRST: Final = 40_000
"""Numbers of notes that nothing else stores."""


def fsyncs(contender: "Contender", plan: "Plan") -> None:
    """Note how many fsyncs a server does for a store, those after its answer included."""
    from tracker.peers import connection
    from tracker.peers.calls import accepted
    from tracker.peers.workload import others

    home, dialect = contender.home(), contender.dialect
    file = home / "fsyncs"
    first, *notes = others(1 + plan.stores_counted, first=FIRST)
    with connection.Connection(counted(contender.launch(home), file)) as server:
        server.initialize()
        accepted(dialect, server.call(dialect.store(first)))
        before = _settled(server, file)
        for note in notes:
            accepted(dialect, server.call(dialect.store(note)))
        contender.add("disk.fsyncs", [(_settled(server, file) - before) / len(notes)])


def counted(launch: "Launch", file: Path) -> "Launch":
    """Return how the same is started under the filter."""
    return replace(
        launch, command=(sys.executable, "-c", START, str(ROOT), str(file), *launch.command)
    )


def main(file: str, command: Sequence[str]) -> None:
    """Run a command under the filter until it ends, and keep the count in the file."""
    watch = Watch()
    child = os.fork()
    if not child:
        if not watch.begin():
            sys.exit("this system counts no system calls")
        os.execvp(command[0], list(command))  # noqa: S606  the command of benchmarks/peers.toml
    watcher = threading.Thread(target=watch.attend, args=(child,))
    watcher.start()
    place = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    while watcher.is_alive():
        os.pwrite(place, f"{watch.counts()['fsyncs']:0{DIGITS}}".encode(), 0)
        watcher.join(LOOK_S)


def _settled(server: "Connection", file: Path) -> int:
    """Return the count after the server has come to rest."""
    server.tree.rest(REST_S)
    time.sleep(2 * LOOK_S)
    return int(file.read_text("ascii"))
