"""How long something took, counted by bounds: a few hundred nanoseconds a time, in fixed memory."""

from bisect import bisect_left
from dataclasses import field
from typing import Final

from ltmc_server.dataclass import dataclass

BOUNDS_S: Final = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025),
    *(0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0),
)
"""What times are counted under; every promise is one of them, so whether it holds is exact."""


@dataclass(slots=True)
class Durations:
    """Times counted under the first of `BOUNDS_S` that they do not exceed, and their sum."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    """One a bound, and one for what exceeds them all."""
    total_s: float = 0.0

    def record(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.total_s += seconds

    def percentile(self, percent: float) -> float | None:
        """Return the least bound that so many percent keep; None when nothing was counted."""
        wanted = sum(self.counts) * percent / 100
        if not wanted:
            return None
        kept = 0
        for bound, count in zip(BOUNDS_S, self.counts, strict=False):
            kept += count
            if kept >= wanted:
                return bound
        return float("inf")

    def clear(self) -> None:
        """Forget everything."""
        self.counts[:] = [0] * len(self.counts)
        self.total_s = 0.0
