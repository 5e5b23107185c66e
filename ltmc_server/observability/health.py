"""Is the server well? Its stores, its memory, and its promises of speed."""

import asyncio
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.observability.durations import Durations
from ltmc_server.observability.metrics import TARGETS_S, Metrics

State: TypeAlias = Literal[
    "connected", "catching up", "loaded", "not loaded yet", "disabled", "unreachable"
]
Probe: TypeAlias = Callable[[], Awaitable[State]]
"""Asks one store whether it answers."""

Verdict: TypeAlias = Literal["PASSING", "VIOLATED", "NO_DATA"]

PROBE_S: Final = 2.0
"""A store that has not answered by then is unreachable."""

WATCH_S: Final = 30.0
"""Between two looks at the stores and promises of a server that nobody asks how it is."""

START_TARGET_S: Final = 5.0
TOOLS_LIST_TARGET_S: Final = 0.5
DATABASE_TARGET_S: Final = 0.1
MEAN_CALL_TARGET_S: Final = 2.0
MEMORY_TARGET_BYTES: Final = 500_000_000
ERROR_RATE_TARGET: Final = 0.05

ERROR_RATE_CALLS_MIN: Final = 20
"""Between two looks; of fewer calls no rate is told."""


class Counted(Protocol):
    """What counts its own doings: a cache, an index, a pool."""

    def figures(self) -> Mapping[str, float]:
        """Return each figure by name; one that only ever grows ends in `_total`.

        Asked at every scrape, on any thread: it must be quick, and may not wait for anything.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """A promise to users beside what was measured since the server started."""

    state: Verdict
    target: float
    measured: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Health:
    """What to ask to know how the server is."""

    metrics: Metrics
    probes: Mapping[str, Probe]
    required: frozenset[str]
    """Stores without which nothing works; without another one the server is degraded."""
    pending: Mapping[str, Callable[[], int]] = field(default_factory=dict)
    """Of views that follow the record: how many changes they do not know of yet."""
    counted: Mapping[str, Counted] = field(default_factory=dict)
    """Parts that count what they do, by name."""
    down: set[str] = field(default_factory=set)
    """Stores that did not answer when they were last asked."""

    async def stores(self) -> dict[str, tuple[State, float]]:
        """Ask each store; return its state and how long the answer took, in ms."""
        answers = dict(
            zip(self.probes, await asyncio.gather(*map(_ask, self.probes.values())), strict=True)
        )
        now_down = {name for name, (state, _) in answers.items() if state == "unreachable"}
        for name in now_down - self.down:
            self.metrics.events.tell("store_down", name, store=name)
        for name in self.down - now_down:
            self.metrics.events.tell("store_up", name, store=name)
        self.down.clear()
        self.down.update(now_down)
        return answers

    def status(self, states: Mapping[str, State]) -> Literal["healthy", "degraded", "unhealthy"]:
        """Return the worst that the states amount to."""
        down = {name for name, state in states.items() if state == "unreachable"}
        if down & self.required:
            return "unhealthy"
        return "degraded" if down else "healthy"

    def slas(self) -> dict[str, Sla]:
        """Return every promise: the p95 of each tool, and those of the server as a whole."""
        promises = {}
        for tool, target in TARGETS_S.items():
            calls = self.metrics.whole(tool)
            measured = calls.p95_response_time_ms / 1e3 if calls.calls else None
            promises[tool] = _sla(measured, target, "seconds, p95")
        return promises | self.of_the_server()

    def of_the_server(self) -> dict[str, Sla]:
        """Return the promises that are not about one tool."""
        metrics = self.metrics
        calls, errors = metrics.counts()
        total_s = sum(one.total_s for one in list(metrics.series.values()))
        share = errors / calls if calls else None
        # A bound that 95 of 100 keep; the promises are among the bounds.
        most = "seconds, p95 at most"
        listed = metrics.tools_list.percentile(95)
        database = metrics.stores.get("sqlite", Durations()).percentile(95)
        return {
            "server_start": _sla(metrics.start_s, START_TARGET_S, "seconds"),
            "tools_list": _sla(listed, TOOLS_LIST_TARGET_S, most),
            "database": _sla(database, DATABASE_TARGET_S, most),
            "mean_call": _sla(total_s / calls if calls else None, MEAN_CALL_TARGET_S, "seconds"),
            "errors": _sla(share, ERROR_RATE_TARGET, "share of calls"),
            "memory": _sla(memory_bytes(), MEMORY_TARGET_BYTES, "bytes"),
        }

    async def watch(self, every_s: float = WATCH_S) -> None:
        """Look after the stores and promises for ever, so that somebody hears when one breaks."""
        before = self.metrics.counts()
        while True:
            await asyncio.sleep(every_s)
            before = await self.look(before)

    async def look(self, before: tuple[int, int]) -> tuple[int, int]:
        """Ask the stores and judge the promises once; return the counts of calls and failures.

        Args:
            before: those counts at the last look. A rate of errors is that of the time between.
        """
        await self.stores()
        tell = self.metrics.events.tell
        for name, sla in self.of_the_server().items():
            # Told below for the time since the last look: of a whole week nobody can tell when.
            if sla.state == "VIOLATED" and name != "errors":
                tell("sla_violation", name, promise=name, measured=sla.measured, target=sla.target)
        now = self.metrics.counts()
        calls, errors = (late - early for late, early in zip(now, before, strict=True))
        if calls >= ERROR_RATE_CALLS_MIN and errors / calls > ERROR_RATE_TARGET:
            rate = {"rate": round(errors / calls, 4), "target": ERROR_RATE_TARGET}
            tell("error_rate", "calls", calls=calls, errors=errors, **rate)
        return now


async def _ask(probe: Probe) -> tuple[State, float]:
    """Return what a store says and how long that took, in ms; it gets `PROBE_S`."""
    began = time.perf_counter()
    state: State = "unreachable"
    with suppress(TimeoutError):
        async with asyncio.timeout(PROBE_S):
            state = await probe()
    return state, round((time.perf_counter() - began) * 1e3, 3)


def memory_bytes() -> int:
    """Return the most memory the process has held so far."""
    with suppress(OSError):
        # On Linux `getrusage` would tell the peak of whoever started us, where that was higher.
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts in bytes, others in KiB.
    return peak if sys.platform == "darwin" else peak * 1024


def age_s() -> float | None:
    """Return the seconds since the process was started, within 10 ms; None where nobody says."""
    with suppress(OSError, ValueError, IndexError, AttributeError):
        # The name before the last bracket may hold blanks; 20 fields on is the start, in ticks.
        fields = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
        started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started_s)
    return None


def _sla(measured: float | None, target: float, unit: str) -> Sla:
    if measured is None:
        return Sla(state="NO_DATA", target=target, measured=None, unit=unit)
    state: Verdict = "PASSING" if measured <= target else "VIOLATED"
    return Sla(state=state, target=target, measured=measured, unit=unit)
