"""How long calls took and how many failed: per tool and action, in bounded memory."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate
from typing import Final

from hdrh.histogram import HdrHistogram

from ltmc_server.dataclass import dataclass
from ltmc_server.observability.durations import Durations
from ltmc_server.observability.events import Events

LONGEST_US: Final = 600_000_000
"""Ten minutes; a longer call counts as this long."""

DIGITS: Final = 2
"""Significant digits that are kept: a percentile is within 1 % of the true one."""

TARGETS_S: Final[Mapping[str, float]] = {
    "memory_action": 1.0,
    "todo_action": 0.5,
    "chat_action": 0.3,
    "unix_action": 2.0,
    "pattern_action": 3.0,
    "blueprint_action": 2.0,
    "cache_action": 0.2,
    "graph_action": 1.0,
    "documentation_action": 5.0,
    "sync_action": 2.0,
    "config_action": 0.5,
}
"""The promise to users: the p95 of a tool's calls stays under this many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The calls of one action, or of all."""

    calls: int
    errors: int
    error_rate: float
    sla_violations: int
    """Calls that took longer than their tool promises."""
    avg_response_time_ms: float
    p50_response_time_ms: float
    p95_response_time_ms: float
    p99_response_time_ms: float


@dataclass(slots=True)
class Series:
    """The calls of one action: a histogram of fixed size, and a count of failures."""

    histogram: HdrHistogram = field(default_factory=lambda: HdrHistogram(1, LONGEST_US, DIGITS))
    errors: int = 0
    sla_violations: int = 0
    total_s: float = 0.0
    """Sum of all times; the histogram would need thousands of steps to say its mean."""

    def record(self, seconds: float, *, failed: bool, slow: bool = False) -> None:
        """Count one call."""
        self.histogram.record_value(min(max(1, round(seconds * 1e6)), LONGEST_US))
        self.total_s += seconds
        self.errors += failed
        self.sla_violations += slow

    def summary(self) -> Summary:
        """Return the counts and percentiles; times in milliseconds, 0 when nothing was called."""
        running = self.running()
        calls = running[-1]
        p50, p95, p99 = (
            round(_edges_us()[bisect_left(running, max(1, round(calls * percent / 100)))] / 1e3, 3)
            if calls
            else 0.0
            for percent in (50, 95, 99)
        )
        return Summary(
            calls=calls,
            errors=self.errors,
            error_rate=round(self.errors / calls, 4) if calls else 0.0,
            sla_violations=self.sla_violations,
            avg_response_time_ms=round(self.total_s / calls * 1e3, 3) if calls else 0.0,
            p50_response_time_ms=p50,
            p95_response_time_ms=p95,
            p99_response_time_ms=p99,
        )

    def within(self, bounds_s: Sequence[float]) -> tuple[Sequence[int], int]:
        """Return how many calls took at most each of the bounds, within 1 %, and how many in all.

        Both are of one moment, whatever is recorded meanwhile.
        """
        running, edges = self.running(), _edges_us()
        # A bound counts what shares its place in the histogram.
        places = [min(bisect_left(edges, bound * 1e6), len(running) - 1) for bound in bounds_s]
        return [running[place] for place in places], running[-1]

    def running(self) -> Sequence[int]:
        """Return the running sum of the counts, up to the longest call.

        A walk in Python over each of thousands of counts would take a hundred times longer.
        """
        end = bisect_left(_edges_us(), self.histogram.get_max_value()) + 1
        return list(accumulate(self.histogram.counts[:end]))


@cache
def _edges_us() -> Sequence[int]:
    """Return the greatest time that each place of a histogram stands for."""
    one = Series().histogram
    return [
        one.get_highest_equivalent_value(one.get_value_from_index(place))
        for place in range(one.counts_len)
    ]


@dataclass(slots=True)
class Metrics:
    """The calls of one server since it started or was last cleared."""

    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    series: dict[tuple[str, str], Series] = field(default_factory=dict)
    """By tool and action; only actions that exist get a series, so the dictionary is bounded."""
    stores: dict[str, Durations] = field(default_factory=lambda: defaultdict(Durations))
    """How long each store took to do what it was asked, by its name."""
    tools_list: Durations = field(default_factory=Durations)
    """How long the list of tools took to make."""
    start_s: float | None = None
    """From the start of the process until it served; None in a process that does not serve."""
    events: Events = field(default_factory=Events)

    def record(self, tool: str, action: str, seconds: float, *, failed: bool) -> None:
        """Count one call, and tell of it if it was slower than its tool promises."""
        one = self.series.get((tool, action))
        if one is None:
            one = self.series[(tool, action)] = Series()
        target = TARGETS_S.get(tool, float("inf"))
        one.record(seconds, failed=failed, slow=seconds > target)
        if seconds > target:
            took = {"seconds": round(seconds, 3), "target": target}
            self.events.tell("sla_violation", f"{tool}.{action}", tool=tool, action=action, **took)

    def counts(self) -> tuple[int, int]:
        """Return how many calls there were, and how many of them failed."""
        every = list(self.series.values())
        calls = sum(one.histogram.get_total_count() for one in every)
        return calls, sum(one.errors for one in every)

    def by_action(self) -> dict[str, Summary]:
        """Return a summary of each action that was called, as `tool.action`."""
        return {f"{tool}.{name}": one.summary() for (tool, name), one in list(self.series.items())}

    def whole(self, tool: str | None = None) -> Summary:
        """Return one summary of all calls, or of all calls of one tool."""
        together = Series()
        # A scrape looks from a thread of its own: a call may add a series meanwhile.
        for (name, _), one in list(self.series.items()):
            if tool in (None, name):
                together.histogram.add(one.histogram)
                together.errors += one.errors
                together.sla_violations += one.sla_violations
                together.total_s += one.total_s
        return together.summary()

    def clear(self) -> int:
        """Forget everything; return how many calls that were."""
        calls, _ = self.counts()
        self.series.clear()
        for times in (*self.stores.values(), self.tools_list):
            times.clear()
        self.since = datetime.now(UTC)
        return calls
