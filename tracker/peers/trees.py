"""A process and all that it started: its CPU time, its memory, its rest, its end."""

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil

LOOK_S: Final = 0.05
QUIET_S: Final = 0.25
"""So long it has to be quiet to be at rest."""

BUSY_SHARE: Final = 1 / 3
"""Of one processor: less is what idle servers use that look for changed files."""

END_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Tree:
    """The process of an id, and its descendants."""

    pid: int

    @classmethod
    def ours(cls) -> Self:
        """Return this process and what it started."""
        return cls(os.getpid())

    def members(self) -> list[psutil.Process]:
        """Return those that are there, the oldest first."""
        try:
            root = psutil.Process(self.pid)
            return [root, *root.children(recursive=True)]
        except psutil.Error:
            return []

    def cpu_s(self) -> float:
        """Return the CPU time used since the start, of children that have ended, too."""
        spent = 0.0
        for each in self.members():
            with contextlib.suppress(psutil.Error):
                spent += sum(each.cpu_times()[:4])  # user, system, and of children that ended
        return spent

    def rss_bytes(self) -> int:
        """Return the resident memory of all of them; what they share is counted in each."""
        held = 0
        for each in self.members():
            with contextlib.suppress(psutil.Error):
                held += each.memory_info().rss
        return held

    def rest(self, patience_s: float) -> float:
        """Wait until it has nothing left to do; return when it last had, as `perf_counter` says.

        One that never rests is left after so many seconds.
        """
        began = last_busy = time.perf_counter()
        spent, looked = self.cpu_s(), began
        while time.perf_counter() - last_busy < QUIET_S:
            time.sleep(LOOK_S)
            now, cpu = time.perf_counter(), self.cpu_s()
            # Clocks tick each 10 ms, so one tick within a look is no work.
            if self._wants_to_run() or cpu - spent > max(BUSY_SHARE * (now - looked), 0.011):
                last_busy = now
            spent, looked = cpu, now
            if now - began > patience_s:
                break
        return last_busy

    def _wants_to_run(self) -> bool:
        """Whether a thread runs, waits for a processor that others have, or for the disk."""
        for each in self.members():
            for file in Path(f"/proc/{each.pid}/task").glob("*/stat"):
                with contextlib.suppress(OSError):
                    # The name before may hold anything, a bracket too.
                    if file.read_text("utf-8", "replace").rpartition(")")[2].split()[0] in "RD":
                        return True
        return False

    def pause(self) -> None:
        """Stop it where it is, so that it takes nothing from another's turn."""
        self._tell(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._tell(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as `kill -9` does; return when all that it started are gone."""
        root, *others = self.members() or [None]
        if root:
            with contextlib.suppress(psutil.Error):
                root.kill()
        end(others)

    def _tell(self, number: signal.Signals) -> None:
        for each in self.members():
            with contextlib.suppress(psutil.Error):
                each.send_signal(number)


def end(processes: Iterable[psutil.Process]) -> None:
    """Kill processes that are still those that they were; return when they are gone."""
    left = [each for each in processes if each.is_running()]
    for each in left:
        with contextlib.suppress(psutil.Error):
            each.kill()
    psutil.wait_procs(left, timeout=END_S)
