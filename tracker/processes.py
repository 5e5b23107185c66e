"""Run a program, and leave nothing of it behind: no child, no orphan, no server in a new session.

asv gives each benchmark a process group of its own, and MCP clients start their servers in new
sessions, so killing asv's group would miss both. On Linux every orphan is handed to this process
instead of to init, so all that is left is found by asking for our own children.
"""

import contextlib
import ctypes
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

SET_CHILD_SUBREAPER: Final = 36
"""`PR_SET_CHILD_SUBREAPER` of <sys/prctl.h>."""

TERMINATE_TIMEOUT_S: Final = 3.0
ROUNDS_MAX: Final = 5
"""A process may start another while it is being stopped; this often we look again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a program may run, and how long it may take to end when it is told to."""

    limit_s: float | None = None
    grace_s: float = 0.0
    """After Ctrl-C, which is passed on; with 0 it is stopped at once and by force."""


AT_ONCE: Final = Patience()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended, and which processes it left running; these have been stopped."""

    status: int
    left_behind: tuple[str, ...]


def run(
    command: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    on_line: Callable[[str], None],
    patience: Patience = AT_ONCE,
) -> Ended:
    """Run to the end, giving each line of output to `on_line`, from another thread.

    Raises:
        KeyboardInterrupt: as it came, after everything has been stopped.
        subprocess.TimeoutExpired: the limit was reached, and everything has been stopped.
    """
    adopt_orphans()
    spared = {child.pid for child in children()}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C is ours to handle: asv would go on to the next benchmark
    )
    reader = threading.Thread(target=_read, args=(process, on_line), daemon=True)
    reader.start()
    left: tuple[str, ...] = ()
    try:
        status = process.wait(patience.limit_s)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        _ask_to_end(process, patience.grace_s)
        raise
    finally:
        # Before the reader is joined: whoever is left holds the pipe open.
        left = stop_children(spared)
        reader.join(TERMINATE_TIMEOUT_S)
    return Ended(status, left)


def _read(process: subprocess.Popen[str], on_line: Callable[[str], None]) -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            on_line(line.rstrip())


def _ask_to_end(process: subprocess.Popen[str], grace_s: float) -> None:
    """Pass Ctrl-C on, so that a program closes what it opened: a database, a temporary folder."""
    if grace_s:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.send_signal(signal.SIGINT)
            process.wait(grace_s)


def adopt_orphans() -> None:
    """Have every orphan among our descendants handed to us; elsewhere than on Linux, none is."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(spared: Collection[int] = ()) -> list[psutil.Process]:
    """Return every descendant of this process, but those whose ids are to be spared."""
    return [each for each in psutil.Process().children(recursive=True) if each.pid not in spared]


def stop_children(spared: Collection[int] = ()) -> tuple[str, ...]:
    """Stop every descendant of this process that is not spared; say which were still running."""
    with _deaf_to_interrupts():
        return _stop(spared)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Finish what a second Ctrl-C would leave half done; only the main thread hears of one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, interrupt)


def _stop(spared: Collection[int]) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for _ in range(ROUNDS_MAX):
        left = children(spared)
        found.update((child.pid, name) for child in left if (name := _name(child)))
        if not left:
            break
        for child in left:
            _tell(child, signal.SIGTERM)
        _, stubborn = psutil.wait_procs(left, timeout=TERMINATE_TIMEOUT_S)
        for child in stubborn:
            _tell(child, signal.SIGKILL)
        psutil.wait_procs(stubborn, timeout=TERMINATE_TIMEOUT_S)
    return tuple(found.values())


def _tell(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _name(process: psutil.Process) -> str | None:
    """Return what a running process is called; None for one that only awaits its burial."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return " ".join(process.cmdline()[:4]) or process.name()
    except psutil.Error:
        return None
