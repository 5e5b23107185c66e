"""Is the server well? Its stores, its memory, and its promises of speed."""

import resource
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from ltmc_server.observability.metrics import TARGETS_S, Metrics

State: TypeAlias = Literal[
    "connected", "catching up", "loaded", "not loaded yet", "disabled", "unreachable"
]
Probe: TypeAlias = Callable[[], Awaitable[State]]
"""Asks one store whether it answers."""

Verdict: TypeAlias = Literal["PASSING", "VIOLATED", "NO_DATA"]

MEMORY_TARGET_BYTES: Final = 500_000_000
MEAN_CALL_TARGET_S: Final = 2.0
ERROR_RATE_TARGET: Final = 0.05


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

    async def stores(self) -> dict[str, tuple[State, float]]:
        """Ask each store; return its state and how long the answer took, in ms."""
        answers = {}
        for name, probe in self.probes.items():
            began = time.perf_counter()
            state = await probe()
            answers[name] = (state, round((time.perf_counter() - began) * 1e3, 3))
        return answers

    def status(self, states: Mapping[str, State]) -> Literal["healthy", "degraded", "unhealthy"]:
        """Return the worst that the states amount to."""
        down = {name for name, state in states.items() if state == "unreachable"}
        if down & self.required:
            return "unhealthy"
        return "degraded" if down else "healthy"

    def slas(self) -> dict[str, Sla]:
        """Return every promise: the p95 of each tool, the mean call, errors, memory."""
        whole = self.metrics.whole()
        tools = {tool: self.metrics.whole(tool) for tool in TARGETS_S}
        promises = {
            tool: _sla(
                calls.p95_response_time_ms / 1e3,
                TARGETS_S[tool],
                "seconds, p95",
                known=calls.calls > 0,
            )
            for tool, calls in tools.items()
        }
        known = whole.calls > 0
        mean = whole.avg_response_time_ms / 1e3
        return promises | {
            "mean_call": _sla(mean, MEAN_CALL_TARGET_S, "seconds", known=known),
            "errors": _sla(whole.error_rate, ERROR_RATE_TARGET, "share of calls", known=known),
            "memory": _sla(memory_bytes(), MEMORY_TARGET_BYTES, "bytes", known=True),
        }


def memory_bytes() -> int:
    """Return the most memory the process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return peak if sys.platform == "darwin" else peak * 1024


def _sla(measured: float, target: float, unit: str, *, known: bool) -> Sla:
    if not known:
        return Sla(state="NO_DATA", target=target, measured=None, unit=unit)
    state: Verdict = "PASSING" if measured <= target else "VIOLATED"
    return Sla(state=state, target=target, measured=measured, unit=unit)
