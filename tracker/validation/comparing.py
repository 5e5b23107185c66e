"""Two arms of one operation: the ratio of their times, and what each did to get there."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from tracker.validation import bootstrap
from tracker.validation.bootstrap import Estimate
from tracker.validation.names import NOT_MCP, arm_label
from tracker.validation.samples import Samples, Timed

FAILED_SHARE_MAX: Final = 0.05
"""The turns that failed are left out, and may well be the slow ones: more of them, and what is left
says nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How long a baseline took for each time that an arm took."""

    operation: str
    arm: str
    baseline: str
    ours: Timed | None = None
    theirs: Timed | None = None
    estimate: Estimate | None = None
    problem: str = ""
    """Why there is no estimate."""
    is_missing: bool = False
    """Nobody tried; what was tried and failed is not missing."""


@dataclass
class Comparisons:
    """Every comparison that a file of samples allows, each computed once."""

    samples: Samples
    _known: dict[tuple[str, str, str], Comparison] = field(default_factory=dict)

    def of(self, operation: str, arm: str, baseline: str) -> Comparison:
        """Return one comparison; it says itself why it may have no estimate."""
        key = (operation, arm, baseline)
        if key not in self._known:
            self._known[key] = _compare(self.samples, *key)
        return self._known[key]

    def against(self, baseline: str) -> Iterator[tuple[Comparison, Estimate]]:
        """Return each MCP arm of each operation that has a ratio to a baseline."""
        for row in self.samples.operations:
            if row.arm not in NOT_MCP:
                comparison = self.of(row.operation, row.arm, baseline)
                if comparison.estimate is not None:
                    yield comparison, comparison.estimate


def _compare(samples: Samples, operation: str, arm: str, baseline: str) -> Comparison:
    ours, theirs = samples.timed(operation, arm), samples.timed(operation, baseline)
    for name, row in ((arm, ours), (baseline, theirs)):
        if problem := trouble(row):
            reason = problem if name == arm else f"{arm_label(name)}: {problem}"
            missing = row is None
            return Comparison(
                operation, arm, baseline, ours, theirs, problem=reason, is_missing=missing
            )
    assert ours is not None
    assert theirs is not None
    pairs = [
        (base, mine)
        for base, mine in zip(theirs.seconds, ours.seconds, strict=False)
        if base is not None and mine is not None
    ]
    if not pairs:
        return Comparison(operation, arm, baseline, ours, theirs, problem="no turn has both times")
    base, mine = zip(*pairs, strict=True)
    estimate = bootstrap.ratio(base, mine, seed_of(samples, operation))
    return Comparison(operation, arm, baseline, ours, theirs, estimate)


def trouble(row: Timed | None) -> str:
    """Say why an arm's times can not be judged; nothing when they can."""
    if row is None:
        return "not measured"
    if row.unavailable:
        return row.unavailable
    failed, turns = len(row.failures), len(row.seconds)
    if not any(second is not None for second in row.seconds):
        why = f": {row.failures[0].why}" if row.failures else ""
        return f"no turn succeeded{why}"
    if failed > FAILED_SHARE_MAX * turns:
        return f"{failed} of {turns} turns failed: {row.failures[0].why}"
    return ""


def seed_of(samples: Samples, operation: str) -> int:
    """Return the seed of an operation's resamples: the same whatever else is in the file."""
    return samples.seed & 0xFFFF_FFFF ^ zlib.crc32(operation.encode())


def median_s(row: Timed | None) -> float | None:
    """Return the median of an arm's times."""
    seconds = [second for second in row.seconds if second is not None] if row else []
    return median(seconds) if seconds else None


def server_s(row: Timed | None) -> float | None:
    """Return the median of what Letta itself worked on, a turn."""
    if row is None:
        return None
    pairs = zip(row.seconds, row.server_seconds, strict=False)
    worked = [work for second, work in pairs if second is not None and work is not None]
    return median(worked) if worked else None


def server_share(row: Timed | None) -> float | None:
    """Return the part of an arm's time in which Letta worked, 0 to 1; the median of the turns."""
    if row is None:
        return None
    pairs = zip(row.seconds, row.server_seconds, strict=False)
    shares = [work / second for second, work in pairs if second is not None and work is not None]
    return median(shares) if shares else None
