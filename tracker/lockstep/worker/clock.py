"""CPU time of this process and of what it started, living and dead."""

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CPU_CLOCK_OF_A_PROCESS: Final = 2
"""`CPUCLOCK_SCHED` of Linux: `clock_getcpuclockid(3)` puts it below the inverted process id."""


def finished_s() -> float:
    """Return the CPU time of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def living_s() -> float:
    """Return the CPU time of the children that live, such as a server; 0 off Linux."""
    return sum(_of_process_s(pid) for pid in descendants(os.getpid()))


def descendants(pid: int) -> Iterator[int]:
    """Return the ids of the living children of a process, and of theirs."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in listed.read_text("ascii").split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from descendants(child)


def _of_process_s(pid: int) -> float:
    try:
        return time.clock_gettime((~pid << 3) | CPU_CLOCK_OF_A_PROCESS)
    except OSError:
        return 0.0
