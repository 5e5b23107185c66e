"""One figure a pair: log(head / base), of whatever kind of benchmark it is."""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tracker.lockstep.model import Case, Failure, Figure, Lockstep, Side, Skipped

TIMED: Final = "time"
"""As asv names the type whose calls are timed, and counted."""


class Metric(StrEnum):
    """What is taken of a pair."""

    CPU = "CPU time"
    WALL = "wall time"
    """What waits (a disk, a sleep, a lock) is in no CPU time."""
    FIGURE = "figure"
    """What a `track_*` or `peakmem_*` returns."""


class NoFigure(Exception):
    """A case gave no figure on a side; the search decides what that means."""

    def __init__(self, side: Side, said: str) -> None:
        super().__init__(said)
        self.side = side


@dataclass
class Sampler:
    """Pairs of one case between two commits, each with a seed of its own."""

    lockstep: Lockstep
    case: Case
    first_seed: int
    logs: dict[Metric, list[float]] = field(default_factory=dict)

    @property
    def pairs(self) -> int:
        """How many there are."""
        return max(map(len, self.logs.values()), default=0)

    def more(self) -> None:
        """Measure another pair.

        Raises:
            NoFigure: a side has none.
        """
        for metric, log in self._pair(self.first_seed + self.pairs).items():
            self.logs.setdefault(metric, []).append(log)

    def _pair(self, seed: int) -> dict[Metric, float]:
        if self.case.kind != TIMED:
            figures = self.lockstep.figures(self.case, seed)
            return {Metric.FIGURE: _log(figures[Side.BASE], figures[Side.HEAD])}
        pair = self.lockstep.pair(self.case, seed)
        if isinstance(pair, Failure | Skipped):
            raise NoFigure(pair.side, why(pair))
        return {Metric.CPU: pair.log_cpu, Metric.WALL: pair.log_wall}


def why(missing: Failure | Skipped) -> str:
    """Return why there is no figure, in one line."""
    if isinstance(missing, Skipped):
        return "the benchmark is skipped there"
    lines = missing.said.strip().splitlines()
    return lines[-1] if lines else "the benchmark failed without a word"


def _log(base: Figure | Failure | Skipped, head: Figure | Failure | Skipped) -> float:
    for side, one in ((Side.BASE, base), (Side.HEAD, head)):
        if not isinstance(one, Figure):
            raise NoFigure(side, why(one))
        if one.value <= 0:
            raise NoFigure(side, f"{one.value} has no ratio to anything")
    assert isinstance(base, Figure)
    assert isinstance(head, Figure)
    return math.log(head.value / base.value)
