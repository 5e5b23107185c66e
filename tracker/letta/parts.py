"""A part of the running Letta server: a process that is ours, with its log, stopped by its pid."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.errors import LettaNotStarted

POLL_S: Final = 0.05
STOP_S: Final = 10.0
"""Longest wait for a part to end when told to; then it is killed."""

TAIL_LINES: Final = 15
TAIL_BYTES: Final = 8_192

SET_PARENT_DEATH_SIGNAL: Final = 1
"""`PR_SET_PDEATHSIG` of <sys/prctl.h>."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, and as whom."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    environ: Mapping[str, str]
    listening: int | None = None
    """The descriptor of a socket it inherits."""
    user: str | None = None
    stop_with: signal.Signals = signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Part:
    """A process that was started, and where it writes."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more. It stays unburied, so that nobody else gets its pid."""
        import psutil

        try:
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return True

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Return as soon as `ready` says so.

        Raises:
            LettaNotStarted: it ended, or was not ready in time.
        """
        ends_s = time.monotonic() + timeout_s
        while not ready():
            if self.has_ended:
                raise LettaNotStarted(self.name, "ended while it started", tail(self.log))
            if time.monotonic() > ends_s:
                what = f"was not ready within {timeout_s:.0f} s"
                raise LettaNotStarted(self.name, what, tail(self.log))
            time.sleep(POLL_S)

    def stop(self) -> None:
        """End it, and what it started; return when it is gone."""
        if self.process.returncode is not None:
            return
        self.process.send_signal(self.program.stop_with)
        ends_s = time.monotonic() + STOP_S
        while not self.has_ended and time.monotonic() < ends_s:
            time.sleep(POLL_S)
        # Also where it ended well: what it started, a tool's process say, may be left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(STOP_S)


def start(program: Program, log: Path) -> Part:
    """Start it, in a session of its own: Ctrl-C is for us to handle, in our order.

    On Linux it ends with us also when we are killed.
    """
    as_user: dict[str, object] = {}
    if program.user:
        as_user = {"user": program.user, "group": _group_of(program.user), "extra_groups": ()}
    with log.open("ab") as output:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
            program.command,
            cwd=program.folder,
            env=program.environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=() if program.listening is None else (program.listening,),
            preexec_fn=_ends_with_us(program.stop_with),  # noqa: PLW1509  one system call
            **as_user,
        )
    return Part(program, process, log)


def tail(log: Path) -> str:
    """Return the last lines of a log, however long it is."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            return b"\n".join(file.read().splitlines()[-TAIL_LINES:]).decode(errors="replace")
    except OSError:
        return ""


def _ends_with_us(number: signal.Signals) -> Callable[[], None] | None:
    # The kernel means the thread that starts it, so only a thread that lasts may ask.
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(SET_PARENT_DEATH_SIGNAL, int(number), 0, 0, 0)


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid
