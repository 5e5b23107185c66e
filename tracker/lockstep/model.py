"""The nouns of a lockstep measurement."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Protocol

from tracker.results import full_name


class Side(StrEnum):
    """Which of the two commits."""

    BASE = "base"
    HEAD = "head"


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """One benchmark with one combination of its parameters."""

    benchmark: str
    parameters: tuple[str, ...] = ()
    """As asv tells parameters apart: the `repr` of each."""
    kind: str = field(default="time", compare=False)
    """As asv names the type of a benchmark: time, timeraw, track, peakmemory."""
    unit: str = field(default="seconds", compare=False)
    less_is_better: bool = field(default=True, compare=False)

    @property
    def name(self) -> str:
        """As asv prints it."""
        return full_name(self.benchmark, self.parameters)


@dataclass(frozen=True, slots=True)
class Timing:
    """Samples of one process, in seconds a call, in the order they were taken."""

    cpu_s: tuple[float, ...]
    """Of the process and what it started."""
    wall_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A process of each commit, alive at once; the n-th samples of both were neighbours in time."""

    seed: int
    """Of hashing, the same on both sides."""
    timings: Mapping[Side, Timing]

    @property
    def log_cpu(self) -> float:
        """Log of head / base, medians of CPU time."""
        return _log_ratio(self.timings[Side.BASE].cpu_s, self.timings[Side.HEAD].cpu_s)

    @property
    def log_wall(self) -> float:
        """Log of head / base, medians of wall time."""
        return _log_ratio(self.timings[Side.BASE].wall_s, self.timings[Side.HEAD].wall_s)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one warmed call did, counted: `opcodes`, `statements`, `vm_steps`, … → how many.

    `spread` is by how much two counts of the same side differed; absent is 0, which is exact.
    """

    values: Mapping[str, float]
    spread: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that gave no figure on a side, and the last lines of what it said."""

    side: Side
    said: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A case that this commit cannot run: NotImplementedError from its `setup`."""

    side: Side


@dataclass(frozen=True, slots=True)
class Figure:
    """What a whole run of a `track_*` or `peakmem_*` gave; of a distribution, the median."""

    value: float


class Lockstep(Protocol):
    """Two commits, ready to be measured. What it starts, it stops; no call waits without bound."""

    def cases(self) -> Sequence[Case]:
        """Return what can be measured, as asv discovered it, in a steady order."""
        ...

    def counts(self, case: Case) -> Mapping[Side, Counts | Failure | Skipped]:
        """Count one warmed call of a `time_*` on each side, each twice, in its own processes."""
        ...

    def pair(self, case: Case, seed: int) -> Pair | Failure | Skipped:
        """Measure one pair of a `time_*` in new processes, short samples in turns."""
        ...

    def figures(self, case: Case, turn: int) -> Mapping[Side, Figure | Failure | Skipped]:
        """Run a `track_*` or `peakmem_*` once on each side, in new processes, one after the other.

        What `setup_cache` measures is measured anew in each turn, and shared by all its figures.
        """
        ...


def _log_ratio(base: Sequence[float], head: Sequence[float]) -> float:
    return math.log(median(head) / median(base))
