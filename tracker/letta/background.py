"""A Letta server that stays when the command has ended: up, down, and how it is.

One process, the supervisor, holds the server as any program would and ends with it. It runs in a
session of its own, so that a closed terminal does not end it, and holds a lock while it lives, so
that there is one at a time in a folder.
"""

import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tracker.errors import LettaBusy, LettaNotStarted
from tracker.letta import state
from tracker.letta.installation import INSTALL_S
from tracker.letta.parts import STOP_S, tail
from tracker.letta.server import FOLDER_PREFIX, LETTA_START_S, ROOT, letta_server
from tracker.letta.state import State

LOG: Final = "up.log"
LOCK: Final = "up.lock"

POLL_S: Final = 0.1
UP_S: Final = INSTALL_S + 2 * LETTA_START_S
DOWN_S: Final = 4 * STOP_S
"""Longest wait for the supervisor to end the parts, one after another."""


def hold(folder: Path, say: Callable[[str], None]) -> None:
    """Start a server and keep it until interrupted, or until a part of it ends.

    Raises:
        LettaBusy: another is being started, or there is one.
        LettaNotInstalled, LettaNotStarted: there is no server; nothing of it is left.
        KeyboardInterrupt: as it came, after everything has been stopped.
    """
    with _alone(folder), letta_server(say) as server:
        try:
            state.write(folder, State.of(server))
            say(f"LETTA_BASE_URL={server.base_url}")
            while not (ended := [part for part in server.parts if part.has_ended]):
                time.sleep(POLL_S)
            raise LettaNotStarted(ended[0].name, "has ended", tail(ended[0].log))
        finally:
            state.forget(folder)


def up(folder: Path, show: Callable[[str], None]) -> State:
    """Start a server in the background; return when it is ready. `show` is told how far it is.

    Raises:
        LettaBusy: somebody else is starting one here.
        LettaNotStarted: there is none; what it said is in the message.
    """
    if (there := state.read(folder)) and not there.dead:
        return there
    down(folder)
    log = folder / LOG
    with _alone(folder):
        log.write_bytes(b"")
    supervisor = _supervise(folder, log)
    try:
        return _ready(folder, supervisor, log, show)
    except BaseException:  # whatever ended the waiting, Ctrl-C too: half a server is of no use
        supervisor.terminate()
        supervisor.wait(DOWN_S)
        raise


def down(folder: Path) -> bool:
    """Stop what `up` has started, and remove its files; return whether there was anything.

    Only processes that are those `up` has noted are told to end.

    Raises:
        LettaBusy: it is being started; it can be stopped when that is done.
    """
    if not (noted := state.read(folder)):
        if folder.is_dir():
            with _alone(folder):
                state.forget(folder)  # one that can not be read
        return False
    supervisor, *parts = noted.running
    _end([supervisor.process()], signal.SIGTERM, DOWN_S)
    # Where it was killed it has stopped nobody. To PostgreSQL, SIGTERM means to wait for clients.
    _end([part.process() for part in reversed(parts)], signal.SIGINT, STOP_S)
    scratch = Path(noted.folder)
    if scratch.name.startswith(FOLDER_PREFIX) and scratch.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(scratch, ignore_errors=True)
    state.forget(folder)
    return True


@dataclass(frozen=True, slots=True)
class Status:
    """How it is: `up`, `half-dead` or `down`, and what there is to say of it."""

    word: str
    lines: Sequence[str]


def status(folder: Path) -> Status:
    """Look at the processes that `up` has noted."""
    noted = state.read(folder)
    if not noted or len(noted.dead) == len(noted.running):
        last = tail(folder / LOG).splitlines()
        told = [line for line in last if line.startswith("tracker: ")]
        return Status("down", told)
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(noted.since_s))
    lines = [f"LETTA_BASE_URL={noted.base_url}", f"Letta {noted.version}, since {since}"]
    for each in noted.running:
        memory = f"{each.rss_bytes() / 2**20:.0f} MB" if each.process() else "has ended"
        lines.append(f"  {each.name:<10} pid {each.pid}, {memory}")
    return Status("half-dead" if noted.dead else "up", lines)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout:
        raise LettaBusy(folder) from None


def _supervise(folder: Path, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tracker", "letta", "up", "--foreground"]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*command, "--folder", str(folder.resolve())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _ready(
    folder: Path, supervisor: subprocess.Popen[bytes], log: Path, show: Callable[[str], None]
) -> State:
    ends_s = time.monotonic() + UP_S
    said = ""
    while supervisor.poll() is None and time.monotonic() < ends_s:
        there = state.read(folder)
        if there and there.running[0].pid == supervisor.pid:
            return there
        if (now := tail(log).rpartition("\n")[2]) and now != said:
            said = now
            show(now)
        time.sleep(POLL_S)
    if (there := state.read(folder)) and not there.dead:
        return there  # two began at once, and the other was first
    raise LettaNotStarted("The server", "did not start", tail(log))


def _end(
    processes: Sequence[psutil.Process | None], number: signal.Signals, timeout_s: float
) -> None:
    there = [process for process in processes if process]
    for process in there:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    _, stubborn = psutil.wait_procs(there, timeout=timeout_s)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=STOP_S)
