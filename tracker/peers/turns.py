"""Taking turns: whose it is, how long each may take, and what happens when one fails."""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from tracker.peers.connection import Connection
from tracker.peers.contender import Contender
from tracker.peers.errors import PeerFailed, Refused

Say: TypeAlias = Callable[[float, str], None]
"""How far the run is, from 0 to 1, and what is done."""

Work: TypeAlias = Callable[[Contender, int], None]
"""What a server does in a turn, of which the number is given."""

BUDGET_S: Final = 900.0

CUT: Final = "cut short, its time was over"

TURN_SHARE: Final = 1 / 180
"""Of the budget: so much any turn may take, 5 seconds of 15 minutes; waking up is in it."""

BROKEN: Final = (
    *(PeerFailed, OSError, ValueError, KeyError, TypeError, AttributeError),
    subprocess.SubprocessError,
)
"""What a server may cause that lies, dies or hangs: its row says so, and the run goes on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done."""

    budget_s: float = BUDGET_S
    starts: int = 5
    turns: int = 5
    lists: int = 20
    """In each turn."""
    in_flight: int = 10
    at_once: int = 30
    """Stores, and as many questions, in each of `bursts` turns."""
    bursts: int = 3
    stores_counted: int = 10
    sdk_calls: int = 25
    processes: int = 4
    stores_each: int = 25
    stores_killed: int = 80
    killed_after: int = 40


@dataclass(frozen=True, slots=True)
class Step:
    """Some turns of a section; the seconds are those of all servers on a quiet machine."""

    section: str
    turns: range
    quiet_s: float


def steps(plan: Plan) -> list[Step]:
    """Return what is done, in order: every figure of every server, and only then once more.

    Notes and questions are parts of a whole in their turns; the other sections are repeated.
    """
    return [
        Step("start", range(1), 45),
        Step("fill", range(plan.turns), 260),
        Step("ask", range(plan.turns), 50),
        Step("list", range(1), 8),
        Step("at once", range(1), 30),
        Step("disk", range(1), 40),
        Step("together", range(1), 90),
        Step("killed", range(1), 50),
        Step("sdk", range(1), 45),
        Step("start", range(1, plan.starts), 60),
        Step("list", range(1, plan.turns), 20),
        Step("at once", range(1, plan.bursts), 50),
    ]


@dataclass
class Turns:
    """Every server does a piece of a section before any does the next piece.

    Each step gets its share of the time that is left, so what one takes longer is missing to all
    that follow, and no row to the end alone. Each turn may take as much as any other, whatever was
    used before it; what those leave who are fast, those may use who are slow.
    """

    contenders: Sequence[Contender]
    plan: Plan
    say: Say
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._ends_s = self.clock() + self.plan.budget_s
        self._turn_ends_s = self._ends_s
        self._all_s = self._to_come_s = sum(step.quiet_s for step in steps(self.plan))

    def until(self) -> float:
        """Return until when the turn may last, as the clock says."""
        return self._turn_ends_s

    def take(self, step: Step, work: Work) -> None:
        """Let each server work so many times, beginning with another each time."""
        taking = [each for each in self.contenders if not each.unavailable]
        now, to_do = self.clock(), len(taking) * len(step.turns)
        share = step.quiet_s / max(step.quiet_s, self._to_come_s)
        step_ends_s = now + share * max(0.0, self._ends_s - now)
        later_s = self._to_come_s - step.quiet_s
        equal_s = max((step_ends_s - now) / max(1, to_do), TURN_SHARE * self.plan.budget_s)
        for turn in step.turns:
            first = turn % max(1, len(taking))
            for contender in (*taking[first:], *taking[:first]):
                done = 1 - self._to_come_s / self._all_s
                self.say(min(1.0, max(0.0, done)), f"{step.section}: {contender.peer.name}")
                began_s = self.clock()
                left_s = (step_ends_s - began_s) / (1 + step.turns.stop - turn)
                self._turn_ends_s = min(began_s + max(equal_s, left_s), self._ends_s)
                if step.section not in contender.failed:
                    self._do(step.section, contender, turn, work)
                self._to_come_s -= step.quiet_s / len(step.turns) / len(taking)
        self._to_come_s = later_s

    def _do(self, section: str, contender: Contender, turn: int, work: Work) -> None:
        if self.clock() >= self._ends_s:
            contender.remark(f"{section}: {CUT}")
            return
        try:
            work(contender, turn)
        except BROKEN as error:
            contender.remark(f"{section}: {error or type(error).__name__}")
            contender.count(failed=1)
            contender.failed.add(section)


WAKING_S: Final = 2.0
"""Longest wait for what a server does because it was stopped."""


@contextmanager
def awake(contender: Contender) -> Iterator[Connection]:
    """Let the process that is filled and asked go on for a turn, and stop it where it is after.

    Seven servers that look for changed files, or tidy up, would all be in each other's figures.
    """
    connection = contender.connection
    if connection is None:
        raise PeerFailed("its process had ended before")
    connection.tree.resume()
    connection.tree.rest(WAKING_S)
    try:
        yield connection
    except BROKEN as error:
        if not isinstance(error, Refused):
            contender.close()  # Its next answer would be to a question of before.
        raise
    finally:
        connection.tree.pause()
