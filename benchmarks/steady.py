"""What does a call cost, in a figure that a busy machine leaves alone?

Seconds on a shared machine tell of its other users. Here it is processor time, over that of a
fixed loop that runs at once before or after it, on the same processor: what slows the one slows
the other. A process gives one figure, the median of its samples, and five processes give a median.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import ClassVar

from benchmarks.client import Client
from benchmarks.in_process import Server, filled_folder, server_on_copy
from benchmarks.marks import Samples, samples, unit
from benchmarks.work import CALLS
from benchmarks.workload import queries

SAMPLES = 10
"""Of one process."""

WARMING = 3
"""Samples that are thrown away."""

PROCESSES = 5

STEPS = 10_000
"""Of the loop: some 0.7 ms. It is the unit of every figure here, so it never changes."""

CALLS_PER_SAMPLE = {
    "memory.store": 5,
    "memory.retrieve": 2,
    "memory.get": 50,
    "todo.add": 16,
    "todo.list": 16,
    "chat.log": 12,
    "pattern.extract_functions": 5,
    "cache.stats": 2,
}
"""Some 5 ms. The same on each commit: what is stored grows with each call."""

STDIO_CALLS_PER_SAMPLE = 8
"""Some 5 ms of the server's time."""

OVER_STDIO = "memory.get"
"""The cheapest call that finds something: the rest is the transport."""


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(100)


class InProcess:
    """A call again and again on 100 texts, its answer never in a cache.

    Asks:   did a call come to cost more, over months and whatever else the machine did?
    Unit:   processor time of a call, over that of the fixed loop of 10,000 steps.
    Noise:  far less than of seconds; what waits for the disk or for memory is not in the loop.
    """

    version = "1"
    param_names: ClassVar = ["call"]
    params: ClassVar = [list(CALLS)]

    def setup(self, folder: str, call: str) -> None:
        _stay_on_one_processor()
        self.server: Server = server_on_copy(folder)
        tool, arguments = CALLS[call]
        self.server.call(tool, **arguments)  # asv skips what this commit has not

    @unit("× the loop")
    def track_cost(self, folder: str, call: str) -> Samples:
        questions = iter(queries((WARMING + SAMPLES) * CALLS_PER_SAMPLE[call]))

        def ask() -> None:
            for _ in range(CALLS_PER_SAMPLE[call]):
                tool, arguments = _anew(call, next(questions))
                self.server.call(tool, **arguments)

        return _of_this_process(ask, time.process_time, CALLS_PER_SAMPLE[call])

    track_cost.rounds = PROCESSES  # type: ignore[attr-defined]


class OverStdio:
    """The same call of a server process, asked by a client that costs next to nothing.

    Asks:   did the way through the transport come to cost more?
    Unit:   processor time of a call, of client and server together, over that of the fixed loop.
    Noise:  more than in one process: the two take turns, and the loop is in one of them.
    """

    version = "1"

    def setup(self, folder: str) -> None:
        _stay_on_one_processor()
        tool, arguments = CALLS[OVER_STDIO]
        server_on_copy(folder).require(tool, str(arguments["action"]))

    @unit("× the loop")
    def track_cost(self, folder: str) -> Samples:
        tool, arguments = CALLS[OVER_STDIO]
        copy = Path(tempfile.mkdtemp(dir=Path.cwd()))
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        with Client(str(copy)) as client:
            client.initialize()
            clock = _processor_clock(client.process.pid)

            def ask() -> None:
                for _ in range(STDIO_CALLS_PER_SAMPLE):
                    client.call(tool, **arguments)

            def spent() -> float:
                return time.process_time() + time.clock_gettime(clock)

            return _of_this_process(ask, spent, STDIO_CALLS_PER_SAMPLE)

    track_cost.rounds = PROCESSES  # type: ignore[attr-defined]


def _anew(call: str, question: str) -> tuple[str, dict[str, object]]:
    """Return a call with arguments that were not used before, where that makes a difference."""
    tool, arguments = CALLS[call]
    if call == "memory.retrieve":
        return tool, {**arguments, "query": question}
    if call == "memory.store":
        return tool, {**arguments, "content": f"One text of one passage: {question}."}
    return tool, dict(arguments)


def _of_this_process(ask: Callable[[], None], spent: Callable[[], float], calls: int) -> Samples:
    """Return what a call costs over the loop: one figure, which asv joins with other processes'.

    Args:
        ask: makes the calls of one sample.
        spent: tells the processor time so far, in seconds.
        calls: how many a sample has.
    """
    ratios = []
    for number in range(WARMING + SAMPLES):
        # Turned around each time: A B B A.
        loop_first = number % 2 == 0
        loop_s = _timed(_loop, time.process_time) if loop_first else 0.0
        asked_s = _timed(ask, spent)
        loop_s = loop_s or _timed(_loop, time.process_time)
        ratios.append(asked_s / calls / loop_s)
    return samples([median(ratios[WARMING:])])


def _timed(work: Callable[[], None], spent: Callable[[], float]) -> float:
    began = spent()
    work()
    return spent() - began


def _loop() -> None:
    """Work as Python code does: small integers, a dictionary, a list now and then."""
    seen: dict[int, int] = {}
    kept: list[int] = []
    for number in range(STEPS):
        key = number & 255
        seen[key] = seen.get(key, 0) + number % 7
        if not key:
            kept = [*seen.values()]
    assert kept


def _stay_on_one_processor() -> None:
    """Bind this process, and those it starts, to one processor: another one has other neighbours.

    asv has started the process for one benchmark, so nothing else is bound.
    """
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {allowed[os.getpid() % len(allowed)]})


def _processor_clock(pid: int) -> int:
    """Return Linux's clock of the processor time of a process, all its threads together.

    Source: `MAKE_PROCESS_CPUCLOCK` of the kernel's `posix-timers_types.h`, as glibc's
    `clock_getcpuclockid` has it.
    """
    return (~pid << 3) | 2
