"""Which counters moved between two commits, and to which end a third is nearer. Pure."""

from dataclasses import dataclass
from typing import Final

from tracker.bisecting.halving import Answer
from tracker.comparing.counters import RULES, Severity, severity
from tracker.lockstep.model import Counts

SPREADS_MIN: Final = 5.0
"""Times that two counts of one commit differed: what moves less has not moved."""


@dataclass(frozen=True, slots=True)
class Move:
    """One counter at two commits."""

    counter: str
    before: float
    after: float

    @property
    def share(self) -> float:
        """By what share it rose; infinite where there was nothing before."""
        if self.before:
            return self.after / self.before - 1
        return float("inf") if self.after else 0.0


def moves(before: Counts, after: Counts) -> list[Move]:
    """Return the counters that differ by more than means nothing, the most telling first.

    That is the order of the rules of a comparison: a statement more tells more than opcodes.
    """
    shared = [name for name in before.values if name in after.values]
    found = [Move(name, before.values[name], after.values[name]) for name in shared]
    spreads = {name: spread(name, before, after) for name in shared}
    real = [move for move in found if _is_real(move, spreads[move.counter])]
    order = list(RULES)
    return sorted(real, key=lambda move: order.index(move.counter) if move.counter in order else 99)


def spread(counter: str, *counts: Counts) -> float:
    """Return by how much the counts of one commit differed, at the worst."""
    return max(each.spread.get(counter, 0.0) for each in counts)


def nearer(move: Move, value: float) -> Answer:
    """Say which end a count is nearer to; in the very middle, the good one."""
    return Answer.BAD if abs(value - move.after) < abs(value - move.before) else Answer.GOOD


def _is_real(move: Move, noise: float) -> bool:
    """Say whether it would be worth a word in a comparison, either way round."""
    if abs(move.after - move.before) <= SPREADS_MIN * noise:
        return False
    up = severity(move.counter, move.before, move.after)
    return max(up, severity(move.counter, move.after, move.before)) > Severity.NONE
