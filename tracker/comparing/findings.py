"""What was measured of each case, before anything is said of it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.lockstep.model import Case, Counts, Failure, Pair, Side, Skipped
from tracker.series import EXACT_PREFIX

Turn = tuple[float, float]
"""The figures of base and head of one turn."""

Missing = Failure | Skipped


@dataclass(slots=True)
class Finding:
    """One case, and all that was measured of it; it grows while a comparison runs."""

    case: Case
    missing: dict[Side, Missing] = field(default_factory=dict)
    """Why a side gave nothing."""
    counts: dict[Side, Counts] = field(default_factory=dict)
    first: list[Pair] = field(default_factory=list)
    """Pairs of the first stage, and those of the second, which alone decide."""
    fresh: list[Pair] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    """The same two, of what is run whole."""
    fresh_turns: list[Turn] = field(default_factory=list)
    spent_s: float = 0.0
    """What measuring took."""

    @property
    def is_timed(self) -> bool:
        """Whether it is sampled in pairs, and not run whole."""
        return self.case.kind in {"time", "timeraw"}

    @property
    def is_exact(self) -> bool:
        """Whether it is a count by itself, which one turn settles."""
        return not self.is_timed and self.case.benchmark.startswith(EXACT_PREFIX)

    @property
    def fails_anew(self) -> bool:
        """Whether head fails where base did not."""
        return isinstance(self.missing.get(Side.HEAD), Failure) and not isinstance(
            self.missing.get(Side.BASE), Failure
        )

    @property
    def has_figures(self) -> bool:
        """Whether anything of the two commits can be compared."""
        return bool(len(self.counts) == len(Side) or self.first or self.turns)

    @property
    def cost_s(self) -> float:
        """What one more pair or turn takes, as the last ones did."""
        rounds = len(self.first) + len(self.fresh) + len(self.turns) + len(self.fresh_turns)
        return self.spent_s / max(rounds, 1)


def cpu_logs(pairs: Iterable[Pair]) -> list[float]:
    """Return one log(head / base) a pair, of CPU time."""
    return [pair.log_cpu for pair in pairs]


def wall_logs(pairs: Iterable[Pair]) -> list[float]:
    """Return one log(head / base) a pair, of wall time."""
    return [pair.log_wall for pair in pairs]


def figure_logs(turns: Sequence[Turn], *, less_is_better: bool) -> list[float]:
    """Return one logarithm a turn, above 0 where head is worse; nothing where there is no ratio."""
    if any(min(turn) <= 0 and turn[0] != turn[1] for turn in turns):
        return []
    logs = [0.0 if base == head else math.log(head / base) for base, head in turns]
    return logs if less_is_better else [-log for log in logs]
