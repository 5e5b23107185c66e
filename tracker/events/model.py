"""The nouns of the history's events."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tracker.series import Series


class Kind(StrEnum):
    """What happened, in the order a reader wants to see it."""

    REGRESSION = "regression"
    CREEP = "creep"
    """Worse by many commits, none of which is to blame alone."""
    RECOVERY = "recovery"
    """A regression was taken back."""
    IMPROVEMENT = "improvement"


class Status(StrEnum):
    """How surely, the surest first."""

    COUNTED = "counted"
    """A count: the same commit gives the same figure."""
    CONFIRMED = "confirmed"
    """Commit and parent were measured in lockstep, and differ."""
    SUSPECT = "suspect"
    """Seen in the history of a time, on a machine with neighbours; not measured again."""
    REFUTED = "refuted"
    """Commit and parent were measured in lockstep, and do not differ so."""


CERTAIN: Final = frozenset({Status.COUNTED, Status.CONFIRMED})
WORSE: Final = frozenset({Kind.REGRESSION, Kind.CREEP})


@dataclass(frozen=True, slots=True)
class Change:
    """A figure's way from one level to another. Shares: 0.05 is 5 % more than before."""

    index: int
    """Place of the first reading of the new level."""
    origin: int
    """Place of the last reading of the old level; of a creep, where it began."""
    before: float
    after: float
    low: float | None = None
    high: float | None = None
    """The interval of the share; None where nothing varies."""
    confidence: float | None = None
    is_creep: bool = False
    earliest: int | None = None
    latest: int | None = None
    """Where the first reading of the new level may lie, if it is not known exactly."""

    @property
    def share(self) -> float | None:
        """By what share the figure changed; None from 0, of which nothing is a share."""
        return self.after / self.before - 1 if self.before else None

    @property
    def size(self) -> float:
        """How large, whichever the direction: doubled is as large as halved."""
        if self.before <= 0 or self.after <= 0:
            return math.inf
        return abs(math.log(self.after / self.before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One benchmark's part in an event."""

    series: Series
    change: Change
    is_worse: bool
    status: Status
    mended_by: str | None = None
    """The commit that took a change for the worse back."""
    mends: bool = False
    """Whether it brought back what was, before an earlier change for the worse."""
    reason: str = ""
    """Of a status that was measured: what the measurement said."""
    accepted: str = ""
    """Why somebody takes it as it is."""

    @property
    def good(self) -> str:
        """The last measured commit of the old level."""
        return self.series.readings[self.change.origin].commit

    @property
    def bad(self) -> str:
        """The first measured commit of the new level."""
        return self.series.readings[self.change.index].commit

    @property
    def span(self) -> tuple[str, str]:
        """Two commits between which it surely happened, as far as the history tells."""
        readings, change = self.series.readings, self.change
        good = change.origin if change.earliest is None else change.earliest - 1
        bad = change.index if change.latest is None else change.latest
        return readings[max(good, 0)].commit, readings[min(bad, len(readings) - 1)].commit

    @property
    def kind(self) -> Kind:
        """What happened to this benchmark."""
        if self.is_worse:
            return Kind.CREEP if self.change.is_creep else Kind.REGRESSION
        return Kind.RECOVERY if self.mends else Kind.IMPROVEMENT

    @property
    def stands(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.is_worse and self.is_certain and not self.mended_by and not self.accepted

    @property
    def is_certain(self) -> bool:
        """Whether it may be called what it is."""
        return self.status in CERTAIN


@dataclass(frozen=True, slots=True)
class Commit:
    """What a reader wants to know of a commit."""

    hash: str
    date: datetime
    subject: str
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one commit did on one machine, in one direction."""

    machine: str
    kind: Kind
    good: str
    commits: tuple[Commit, ...]
    """It is one of these, oldest first; more than one where those between were not measured."""
    moves: tuple[Move, ...]
    """The surest first, of equals the largest."""
    packages: tuple[str, ...] = ()
    """What else differs: `mcp 2.2 → 2.3`."""
    counters: tuple[Move, ...] = ()
    """Counts that moved at the same commit in the same direction: they explain times."""
    note: str = ""
    """Why, in a line."""

    @property
    def commit(self) -> Commit:
        """The first commit that was measured at the new level."""
        return self.commits[-1]

    @property
    def status(self) -> Status:
        """That of its surest part."""
        order = list(Status)
        return min((move.status for move in self.moves), key=order.index)

    @property
    def certain(self) -> tuple[Move, ...]:
        """The parts that may be called what they are."""
        return tuple(move for move in self.moves if move.is_certain)

    @property
    def stands(self) -> bool:
        """Whether a part of it is certain, not taken back and not accepted."""
        return any(move.stands for move in self.moves)

    @property
    def id(self) -> str:
        """A name that stays, whatever else becomes known of the event."""
        text = f"{self.machine} {self.commit.hash} {self.kind}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]
