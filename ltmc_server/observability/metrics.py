"""How long calls took and how many failed: per tool and action, in bounded memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from hdrh.histogram import HdrHistogram

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
    avg_response_time_ms: float
    p50_response_time_ms: float
    p95_response_time_ms: float
    p99_response_time_ms: float


@dataclass(slots=True)
class Series:
    """The calls of one action: a histogram of fixed size, and a count of failures."""

    histogram: HdrHistogram = field(default_factory=lambda: HdrHistogram(1, LONGEST_US, DIGITS))
    errors: int = 0
    total_s: float = 0.0
    """Sum of all times; the histogram would need thousands of steps to say its mean."""

    def record(self, seconds: float, *, failed: bool) -> None:
        """Count one call."""
        self.histogram.record_value(min(max(1, round(seconds * 1e6)), LONGEST_US))
        self.total_s += seconds
        self.errors += failed

    def summary(self) -> Summary:
        """Return the counts and percentiles; times in milliseconds, 0 when nothing was called."""
        calls = self.histogram.get_total_count()
        # One walk for the three: each alone would pass over thousands of counts.
        found = self.histogram.get_percentile_to_value_dict([50, 95, 99]) if calls else {}
        p50, p95, p99 = (round(found.get(percent, 0) / 1e3, 3) for percent in (50, 95, 99))
        return Summary(
            calls=calls,
            errors=self.errors,
            error_rate=round(self.errors / calls, 4) if calls else 0.0,
            avg_response_time_ms=round(self.total_s / calls * 1e3, 3) if calls else 0.0,
            p50_response_time_ms=p50,
            p95_response_time_ms=p95,
            p99_response_time_ms=p99,
        )


@dataclass(slots=True)
class Metrics:
    """The calls of one server since it started or was last cleared."""

    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    series: dict[tuple[str, str], Series] = field(default_factory=dict)
    """By tool and action; only actions that exist get a series, so the dictionary is bounded."""

    def record(self, tool: str, action: str, seconds: float, *, failed: bool) -> bool:
        """Count one call; tell whether it was slower than its tool promises."""
        one = self.series.get((tool, action))
        if one is None:
            one = self.series[(tool, action)] = Series()
        one.record(seconds, failed=failed)
        return seconds > TARGETS_S.get(tool, float("inf"))

    def by_action(self) -> dict[str, Summary]:
        """Return a summary of each action that was called, as `tool.action`."""
        return {f"{tool}.{name}": one.summary() for (tool, name), one in self.series.items()}

    def whole(self, tool: str | None = None) -> Summary:
        """Return one summary of all calls, or of all calls of one tool."""
        together = Series()
        for (name, _), one in self.series.items():
            if tool in (None, name):
                together.histogram.add(one.histogram)
                together.errors += one.errors
                together.total_s += one.total_s
        return together.summary()

    def clear(self) -> int:
        """Forget everything; return how many calls that were."""
        calls = self.whole().calls
        self.series.clear()
        self.since = datetime.now(UTC)
        return calls
