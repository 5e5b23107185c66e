"""What a view asks of whoever keeps its indexes ready: beside the record, and beside the calls."""

import asyncio
from collections.abc import Sequence
from dataclasses import field
from typing import Protocol

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Match
from ltmc_server.stores.interfaces import VectorIndex


@dataclass(slots=True, eq=False)
class ProjectIndex:
    """The vectors of one project and model, as far as the change log was followed."""

    project_id: str
    model: str
    dimension: int
    index: VectorIndex | None = field(default=None)
    """None before it was loaded."""
    seq: int | None = field(default=None)
    """How far it has followed the log; None before it was loaded. The two go together: whoever
    awaits finds them of one moment."""
    asked: int = field(default=0)
    """How many questions there were."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by who changes the index, or reads it in a thread."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A `VectorSearch` that was done at once."""

    found: Sequence[Match]
    cost: int = 0

    def run(self) -> None:
        """There is nothing left to look at."""

    def matches(self) -> Sequence[Match]:
        return self.found


class IndexKeeper(Protocol):
    """Keeps indexes so that they need not be made anew, and in good order as they grow."""

    def make_ready(self) -> None:
        """Begin to import what indexes are made with; it is waited for where it is needed."""
        ...

    async def load(self, followed: ProjectIndex) -> bool:
        """Fill in an index that was kept, and how far it had come; False if there is none.

        What it had come to may be a while ago: the log says what is lacking, and still says it.
        """
        ...

    def tend(self, followed: ProjectIndex) -> None:
        """See to it that the index is put in order beside the calls, where it should be."""
        ...


class SnapshotMarks(Protocol):
    """What the record knows of indexes that were written beside it.

    A mark is drawn anew for each file. A record that was put back from a copy does not know the
    mark of a file that was written after the copy was made, whatever its change log counts to.
    """

    def owner(self) -> str:
        """Return the id of the record."""
        ...

    def span(self) -> tuple[int, int]:
        """Return the oldest entry of the change log that is still there, and the newest."""
        ...

    def mark(self, name: str) -> str | None:
        """Return the mark of the file of that name; None if the record knows of none."""
        ...

    async def set_mark(self, name: str, mark: str | None) -> None:
        """Remember, or forget, the mark of a file."""
        ...
