"""Two commits whose every figure is written down: `Lockstep` without a process."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.lockstep.model import (
    Case,
    Counts,
    Failure,
    Figure,
    Pair,
    Side,
    Skipped,
    Timing,
)

SAMPLES = 3

CALL_S = 0.001
"""What a call takes at base."""

JITTER = (0.004, -0.006, 0.001, 0.005, -0.003, -0.001)
"""What pairs differ by of themselves, as logarithms, by their seed."""

Missing = Failure | Skipped


@dataclass(frozen=True, kw_only=True)
class Script:
    """What one case gives."""

    change: float = 0.0
    """By what share head takes longer, in CPU time."""
    wall: float | None = None
    """The same in wall time; None is as in CPU time."""
    fresh: float | None = None
    """By what share fresh pairs say so; None is as the first."""
    jitter: float = 1.0
    """So many times `JITTER`."""
    counts: Mapping[Side, Mapping[str, float]] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[Side, float] = field(default_factory=dict)
    missing: Mapping[Side, Missing] = field(default_factory=dict)


class Clock:
    """Time that passes only when something is measured."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


@dataclass
class Scripted:
    """Implements `Lockstep`."""

    scripts: Mapping[Case, Script]
    clock: Clock = field(default_factory=Clock)
    pair_s: float = 1.0
    fresh_from: int = 10_000
    asked: list[tuple[str, Case, int]] = field(default_factory=list)
    """What was measured, in order: what, of which case, with which seed or turn."""

    def cases(self) -> Sequence[Case]:
        """Return the cases of the script."""
        return tuple(self.scripts)

    def counts(self, case: Case) -> Mapping[Side, Counts | Failure | Skipped]:
        """Return what is written down; without that, the same 1,000 opcodes on both sides."""
        self._note("counts", case, 0)
        script = self.scripts[case]
        return {
            side: script.missing.get(side)
            or Counts(script.counts.get(side, {"opcodes": 1000}), script.spread)
            for side in Side
        }

    def pair(self, case: Case, seed: int) -> Pair | Failure | Skipped:
        """Return a pair that differs by what is written down, and a little by its seed."""
        self._note("pair", case, seed)
        script = self.scripts[case]
        for missing in script.missing.values():
            return missing
        told = script.change
        if seed >= self.fresh_from and script.fresh is not None:
            told = script.fresh
        off = script.jitter * JITTER[seed % len(JITTER)]
        wall = told if script.wall is None else script.wall
        return Pair(
            seed, {Side.BASE: _timing(0, 0), Side.HEAD: _timing(_log(told) + off, _log(wall) + off)}
        )

    def figures(self, case: Case, turn: int) -> Mapping[Side, Figure | Failure | Skipped]:
        """Return what is written down."""
        self._note("figures", case, turn)
        script = self.scripts[case]
        return {
            side: script.missing.get(side) or Figure(script.figures.get(side, 1.0)) for side in Side
        }

    def count(self, what: str, case: Case, seeds: Callable[[int], bool] = lambda _: True) -> int:
        """Return how often something was measured."""
        return sum(1 for each, of, seed in self.asked if (each, of) == (what, case) and seeds(seed))

    def _note(self, what: str, case: Case, seed: int) -> None:
        self.asked.append((what, case, seed))
        self.clock.now_s += self.pair_s


class Silent:
    """Watches, and tells nobody."""

    def stage(self, name: str, total: int) -> None:
        """Take in a stage."""

    def step(self, name: str) -> None:
        """Take in a step."""

    def say(self, message: str) -> None:
        """Take in a message."""


def timed(name: str) -> Case:
    """Return a `time_*` by its name."""
    return Case(name)


def tracked(name: str, unit: str, *parameters: str) -> Case:
    """Return a `track_*`."""
    return Case(name, parameters, kind="track", unit=unit)


def _timing(log_cpu: float, log_wall: float) -> Timing:
    cpu_s, wall_s = (CALL_S * math.exp(each) for each in (log_cpu, log_wall))
    return Timing((cpu_s,) * SAMPLES, (wall_s,) * SAMPLES)


def _log(share: float) -> float:
    return math.log1p(share)
