"""Times calls of one `time_*`, as asv would, with CPU time beside wall time."""

import contextlib
import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from . import clock
from .channel import Channel, Message

WARMUP_S: Final = 0.1
"""As asv; without it the first sample of a process was 20-30 % slow."""


@dataclass(slots=True)
class Spent:
    """Seconds."""

    cpu_s: float = 0.0
    wall_s: float = 0.0


class Stopwatch:
    """Times calls of a benchmark that has been set up."""

    def __init__(self, benchmark: Any) -> None:
        self.call = call_of(benchmark)
        self.renew: Callable[[], None] | None = None
        if has_setup(benchmark):
            self.renew = benchmark.redo_setup
        self.has_children = False

    def warm(self) -> Message:
        """Call until warm; say what a call costs, and what it costs with its `setup`."""
        began = time.perf_counter()
        walls: list[float] = []
        turns: list[float] = []
        while not walls or time.perf_counter() - began < WARMUP_S:
            at = time.perf_counter()
            walls.append(self.sample(1).wall_s)
            turns.append(time.perf_counter() - at)
        self.has_children = any(clock.descendants(os.getpid()))
        # What is there now is no longer looked at, so that collecting between samples is quick.
        gc.collect()
        gc.freeze()
        return {"call_s": min(walls), "turn_s": min(turns)}

    def sample(self, number: int) -> Spent:
        """Time so many calls; with a `setup`, each after its own, which is not timed."""
        spent = Spent()
        if self.renew is None:
            self._time(spent, number)
            return spent
        for _ in range(number):
            self.renew()
            self._time(spent, 1)
        return spent

    def _time(self, spent: Spent, number: int) -> None:
        call = self.call
        before_s = self._of_children()
        # As timeit: a collection would fall into some samples and not into others.
        gc.disable()
        try:
            cpu = time.process_time_ns()
            wall = time.perf_counter_ns()
            for _ in range(number):
                call()
            wall = time.perf_counter_ns() - wall
            cpu = time.process_time_ns() - cpu
        finally:
            gc.enable()
        spent.wall_s += wall / 1e9
        spent.cpu_s += cpu / 1e9 + self._of_children() - before_s

    def _of_children(self) -> float:
        return clock.finished_s() + (clock.living_s() if self.has_children else 0.0)


class RawStopwatch(Stopwatch):
    """Times a `timeraw_*`: each call is one of an interpreter of its own, whose CPU time counts."""

    def _time(self, spent: Spent, number: int) -> None:
        before_s = clock.finished_s()
        for _ in range(number):
            spent.wall_s += self.call()
        spent.cpu_s += clock.finished_s() - before_s


def call_of(benchmark: Any) -> Callable[[], Any]:
    """Return what a call of the benchmark is, its parameters given."""
    parameters = benchmark._build_params()
    function = benchmark.func
    if benchmark.type == "time" and is_raw(benchmark):
        timer = benchmark._get_timer(*parameters)
        return lambda: timer.timeit(1)
    return (lambda: function(*parameters)) if parameters else function


def is_raw(benchmark: object) -> bool:
    """Say whether each sample has an interpreter of its own."""
    return type(benchmark).__name__ == "TimerawBenchmark"


def has_setup(benchmark: Any) -> bool:
    """Say whether every call wants its state fresh."""
    return bool(benchmark._setups) and benchmark._setup_isolates_timed_calls


def pin(core: int | None) -> None:
    """Stay on one core, where the platform knows how."""
    with contextlib.suppress(AttributeError, OSError):
        if core is not None:
            os.sched_setaffinity(0, {core})


def converse(benchmark: Any, channel: Channel) -> None:
    """Warm up and take samples as told, until told to end."""
    watch = RawStopwatch(benchmark) if is_raw(benchmark) else Stopwatch(benchmark)
    while (request := channel.receive()) is not None and request["do"] != "end":
        if request["do"] == "warm":
            channel.send(**watch.warm())
            continue
        gc.collect()
        spent = watch.sample(request["number"])
        channel.send(cpu_s=spent.cpu_s, wall_s=spent.wall_s)
