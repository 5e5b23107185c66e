"""What the record said a moment ago: a question asks it the same small things several times."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import field
from typing import Any, Final, TypeVar

from ltmc_server.dataclass import dataclass

_T = TypeVar("_T")

KEPT_MAX: Final = 100
"""Answers that are kept; with one more, all are forgotten."""


@dataclass(slots=True, eq=False)
class Standing:
    """Answers of the record, each until somebody writes, in this or in another process.

    What others wrote is looked up when a question begins. From there until it waits for something
    it need not be looked up again: what comes later has not come before the question.
    """

    known: dict[str, Any] = field(default_factory=dict)
    version: tuple[int, int] | None = None
    """Another one after every write: of this connection, and of all others."""
    stands: bool = False
    """Whether a question began in this turn of the event loop."""

    def begin(self, db: sqlite3.Connection) -> None:
        """Look up what others wrote; called on the event loop, between two transactions.

        Args:
            db: the connection of the last time.
        """
        version = version_of(db)
        if version != self.version:
            self.known.clear()
            self.version = version
        if not self.stands:
            self.stands = True
            asyncio.get_running_loop().call_soon(self.end)

    def get(self, db: sqlite3.Connection, name: str, read: Callable[[], _T]) -> _T:
        """Return what `read` does, or did when nobody had written since.

        Args:
            db: the connection of `begin`.
            name: of what is read.
            read: reads it from the record, and does nothing else.
        """
        if not self.stands or self.version is None or self.version[0] != db.total_changes:
            return read()
        if name not in self.known:
            if len(self.known) >= KEPT_MAX:
                self.known.clear()
            self.known[name] = read()
        found: _T = self.known[name]
        return found

    def end(self) -> None:
        """Ask the record itself, until the next question begins."""
        self.stands = False


def version_of(db: sqlite3.Connection) -> tuple[int, int]:
    """Return what is another one after every write: of this connection, and of all others."""
    return db.total_changes, db.execute("PRAGMA data_version").fetchone()[0]
