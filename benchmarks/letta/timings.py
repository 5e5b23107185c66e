"""What came of the turns of one operation through one arm."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any, Final

RESAMPLES: Final = 400
LEVEL: Final = 0.95


@dataclass
class Timings:
    """A row of the samples; the lists have a place for each turn."""

    operation: str
    arm: str
    seconds: list[float | None] = field(default_factory=list)
    server_seconds: list[float | None] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    connections: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    first_s: float | None = None
    failures: list[tuple[int, str]] = field(default_factory=list)
    unavailable: str | None = None

    def skip(self) -> None:
        """Note a turn that the arm has no part in."""
        self.seconds.append(None)
        self.server_seconds.append(None)

    def failed(self, why: str) -> None:
        """Note a turn that is no time."""
        self.failures.append((len(self.seconds), why))
        self.skip()

    @property
    def as_data(self) -> dict[str, Any]:
        """The row as the file has it."""
        server = self.server_seconds
        return {
            "operation": self.operation,
            "arm": self.arm,
            "seconds": [rounded(value) for value in self.seconds],
            "server_seconds": [rounded(value) for value in server] if any(server) else [],
            "requests": mean(self.requests),
            "connections": mean(self.connections),
            "bytes": mean([count for count in self.received if count]),
            "first_s": rounded(self.first_s),
            "failures": [{"turn": turn, "why": why} for turn, why in self.failures],
            "unavailable": self.unavailable,
        }


def rounded(value: float | None) -> float | None:
    """Return a figure with four digits: more is noise."""
    return None if value is None else float(f"{value:.4g}")


def mean(values: Sequence[float]) -> float | None:
    """Return the mean, rounded; None of nothing."""
    return rounded(fmean(values)) if values else None


def width(ours: Sequence[float | None], theirs: Sequence[float | None], seed: int) -> float:
    """Return how wide the interval of the ratio of two medians is, beside the ratio.

    A bootstrap over the turns that both have; infinite with fewer than five of them.
    """
    pairs = [
        (one, other)
        for one, other in zip(ours, theirs, strict=True)
        if one is not None and other is not None
    ]
    if len(pairs) < 5:
        return float("inf")
    chance = random.Random(seed)  # noqa: S311  no secret
    drawn = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    outside = int(RESAMPLES * (1 - LEVEL) / 2)
    return (drawn[-1 - outside] - drawn[outside]) / _ratio(pairs)


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return median(one for one, _ in pairs) / median(other for _, other in pairs)
