"""Counts what one warmed call does, each counter under a call of its own."""

import asyncio
import gc
import itertools
import sqlite3
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

from . import timing
from .channel import Channel
from .syscalls import NAMES, Watch

WARM_CALLS: Final = 3
"""The second call still loads, or caches, what the first asked for."""


class Tracer:
    """Counts Python instructions and calls, in every thread that starts after it was made."""

    def __init__(self) -> None:
        self._instructions: Iterator[int] | None = None
        self._calls: Iterator[int] | None = None
        self._sleeps = itertools.count()
        self._timers = itertools.count()
        threading.settrace(self._trace)
        threading.setprofile(self._profile)

    def opcodes(self, call: Callable[[], object]) -> float:
        """Count the instructions of a call."""
        self._instructions = counted = itertools.count()
        sys.settrace(self._trace)
        try:
            call()
        finally:
            self._instructions = None
            sys.settrace(None)
        return next(counted)

    def calls(self, call: Callable[[], object]) -> dict[str, float]:
        """Count the calls of functions, and those that wait for the clock."""
        self._calls = counted = itertools.count()
        self._sleeps, self._timers = itertools.count(), itertools.count()
        sys.setprofile(self._profile)
        try:
            call()
        finally:
            self._calls = None
            sys.setprofile(None)
        return {"calls": next(counted), "slept": next(self._sleeps), "timers": next(self._timers)}

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        counted = self._instructions
        if counted is None:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        if event == "opcode":
            next(counted)
        return self._trace

    def _profile(self, frame: FrameType, event: str, argument: object) -> None:
        counted = self._calls
        if counted is None:
            return
        if event == "c_call":
            next(counted)
            if argument is time.sleep:
                next(self._sleeps)
        elif event == "call":
            next(counted)
            if frame.f_code is LATER and _is_sleep(frame):
                next(self._timers)


LATER: Final = asyncio.BaseEventLoop.call_later.__code__


def _is_sleep(frame: FrameType) -> bool:
    """Tell `asyncio.sleep` from a time limit, which is set more often than it is reached."""
    given = frame.f_locals
    return (
        getattr(given.get("callback"), "__name__", "") == "_set_result_unless_cancelled"
        and (given.get("delay") or 0) > 0
    )


class Counter:
    """Counts calls of a benchmark that has been set up."""

    def __init__(self, benchmark: Any, tracer: Tracer, watch: Watch | None) -> None:
        self.call = timing.call_of(benchmark)
        self.renew = benchmark.redo_setup if timing.has_setup(benchmark) else lambda: None
        self.tracer = tracer
        self.watch = watch

    def warm(self) -> float:
        """Call until warm; return the seconds of the last call."""
        for _ in range(WARM_CALLS):
            self.renew()
            began = time.perf_counter()
            self.call()
        return time.perf_counter() - began

    def count(self, repeats: int, *, instructions: bool) -> dict[str, float]:
        """Return every count that can be had here."""
        counts = self._system_calls()
        counts |= self._sql()
        with self._fresh():
            counts |= self.tracer.calls(self.call)
        slept, timers = counts.pop("slept"), counts.pop("timers")
        # Where the kernel counts, it also sees what no Python function called.
        counts["sleeps"] = counts.get("sleeps", slept) + timers
        if instructions:
            with self._fresh():
                counts["opcodes"] = self.tracer.opcodes(self.call)
        return counts | self._memory() | self._kept(repeats)

    @contextmanager
    def _fresh(self) -> Iterator[None]:
        """Set up, and keep the collector of garbage out of the call."""
        self.renew()
        gc.collect()
        gc.disable()
        try:
            yield
        finally:
            gc.enable()

    def _system_calls(self) -> dict[str, float]:
        if self.watch is None:
            return {}
        with self._fresh():
            before = self.watch.counts()
            self.call()
            after = self.watch.counts()
        return {name: after[name] - before[name] for name in NAMES}

    def _sql(self) -> dict[str, float]:
        statements, steps = itertools.count(), itertools.count()

        def note(sql: str) -> None:
            next(statements)

        def step() -> None:
            next(steps)

        with self._fresh():
            found = [each for each in gc.get_objects() if isinstance(each, sqlite3.Connection)]
            for connection in found:
                with suppress(sqlite3.Error):  # closed, or bound to another thread
                    connection.set_trace_callback(note)
                    connection.set_progress_handler(step, 1)
            self.call()
            for connection in found:
                with suppress(sqlite3.Error):
                    connection.set_trace_callback(None)
                    connection.set_progress_handler(None, 1)
        return {"statements": next(statements), "vm_steps": next(steps)} if found else {}

    def _memory(self) -> dict[str, float]:
        with self._fresh():
            tracemalloc.start()
            try:
                self.call()
                return {"allocated_bytes": tracemalloc.get_traced_memory()[1]}
            finally:
                tracemalloc.stop()

    def _kept(self, repeats: int) -> dict[str, float]:
        """Return the growth per call over `repeats` calls, after as many that come before."""
        tracemalloc.start()
        try:
            (blocks, size), (more_blocks, more_size) = (
                self._after(repeats),
                self._after(repeats),
            )
        finally:
            tracemalloc.stop()
        return {
            "kept_blocks": (more_blocks - blocks) / repeats,
            "kept_bytes": (more_size - size) / repeats,
        }

    def _after(self, repeats: int) -> tuple[int, int]:
        for _ in range(repeats):
            self.renew()
            self.call()
        gc.collect()
        return sys.getallocatedblocks(), tracemalloc.get_traced_memory()[0]


def converse(benchmark: Any, channel: Channel, tracer: Tracer, watch: Watch | None) -> None:
    """Warm up and count as told, until told to end."""
    counter = Counter(benchmark, tracer, watch)
    while (request := channel.receive()) is not None and request["do"] != "end":
        if request["do"] == "warm":
            channel.send(call_s=counter.warm())
        else:
            counted = counter.count(request["repeats"], instructions=request["instructions"])
            channel.send(counts=counted)
