"""Writes that come at once share one commit: one wait for the disk, whatever becomes of each."""

import asyncio
import random
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import field
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import StoreUnavailable

_T = TypeVar("_T")

GROUP_MAX: Final = 64
"""Writes that share one commit."""

GROUP_S: Final = 0.005
"""How long the writes of a group may take; the others are the next one, after other calls."""

POLL_S: Final = (0.001, 0.005)
"""First and longest pause between two tries for the write lock; the event loop runs meanwhile."""

HELD_S: Final = 0.2
GIVEN_S: Final = 0.01
"""After so long of one group upon the other, others get so long to find the lock free."""


@dataclass(slots=True, eq=False)
class _Write(Generic[_T]):
    """A write that waits for its turn."""

    doing: str
    work: Callable[[sqlite3.Connection], _T]
    give_up_s: float
    done: "asyncio.Future[None]"
    """Set when what became of it is known."""
    is_alone: bool = False
    """Whether a group with it could not be committed: it is then tried by itself."""
    result: _T | None = None
    error: Exception | None = None

    def outcome(self) -> _T:
        """Return what the work returned, or raise what it raised."""
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]  # without an error it is there

    def is_done(self, db: sqlite3.Connection) -> bool:
        """Do the work; return whether it went well."""
        self.result = self.error = None
        try:
            self.result = self.work(db)
        except sqlite3.Error as error:
            self.fail(str(error), error)
        except Exception as error:  # noqa: BLE001  raised by `outcome`, where it is waited for
            self.error = error
        return self.error is None

    def fail(self, cause: str, error: Exception | None = None) -> None:
        """Say that the store did not do it."""
        self.error = StoreUnavailable("SQLite", self.doing, cause)
        self.error.__cause__ = error


@dataclass(slots=True, eq=False)
class Commits:
    """The transactions of a connection.

    A write that comes alone is done at once. Those that come in the same turn of the event loop
    wait for its end, and are then done in the order in which they came, in one transaction; they
    are acknowledged in that order, when it is durable. If all of them go well, that is all. If
    one fails, they are done again, each in a savepoint, so that it fails by itself. If they can
    not be committed together, each gets a transaction of its own. So `work` may be called more
    than once; whatever the calls before the last one did was undone.
    """

    connection: sqlite3.Connection
    busy_timeout_s: float
    waiting: deque[_Write[Any]] = field(default_factory=deque)
    due_on: asyncio.AbstractEventLoop | None = None
    """The event loop that will do what waits."""
    has_written: bool = False
    """Whether there was a write in this turn of the event loop."""
    is_crowded: bool = False
    """Whether writes came together lately: then the first of them waits for the others."""
    pause_s: float = POLL_S[0]
    held_s: float = 0.0
    """When the groups that follow each other began."""

    async def write(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work`; what it wrote is durable when this returns, or it has raised and is undone.

        A caller that is cancelled while it waits has written all or nothing.
        """
        if self._is_lone() and self._has_begun(doing):
            return self._alone(doing, work)
        done, moment = asyncio.get_running_loop().create_future(), monotonic()
        write = _Write(doing, work, moment + self.busy_timeout_s, done)
        if not self.waiting:
            self.held_s = moment
        self.waiting.append(write)
        self._schedule()
        await done
        return write.outcome()

    def close(self) -> None:
        """Refuse what still waits; nothing of it was done."""
        self._refuse("the server ended before its turn came")

    def _is_lone(self) -> bool:
        """Tell whether nobody else writes at the moment."""
        if self.waiting or self.is_crowded:
            return False
        if self.has_written:
            self.is_crowded = True
            return False
        self.has_written = True
        asyncio.get_running_loop().call_soon(self._next_turn)
        return True

    def _next_turn(self) -> None:
        self.has_written = False

    def _schedule(self, pause_s: float = 0.0) -> None:
        loop = asyncio.get_running_loop()
        # Another one has ended with what it was to do.
        if self.due_on is not loop:
            self.due_on = loop
            if pause_s:
                loop.call_later(pause_s, self._do_some)
            else:
                loop.call_soon(self._do_some)

    def _do_some(self) -> None:
        """Do a group of what waits, and see to the rest."""
        self.due_on, self.has_written = None, False
        # Whoever was cancelled waits no more.
        self.waiting = deque(write for write in self.waiting if not write.done.done())
        self.is_crowded = len(self.waiting) > 1
        if not self.waiting:
            return
        pause_s = 0.0
        try:
            if self._has_begun(self.waiting[0].doing):
                self._do(self._next_group())
                pause_s = self._courtesy()
            else:
                pause_s = self._pause()
        except StoreUnavailable as error:
            self._refuse(str(error.__cause__), error)
        finally:
            if self.waiting:
                self._schedule(pause_s)

    def _refuse(self, cause: str, error: Exception | None = None) -> None:
        for write in self.waiting:
            write.fail(cause, error)
        self._acknowledge(self.waiting)
        self.waiting.clear()

    def _has_begun(self, doing: str) -> bool:
        """Begin a transaction that writes; return whether no other process was at one.

        Raises:
            StoreUnavailable: the database can not be written to.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            raise StoreUnavailable("SQLite", doing, str(error)) from error
        self.pause_s = POLL_S[0]
        return True

    def _courtesy(self) -> float:
        """Return how long to leave the lock alone, so that other processes come to write."""
        moment = monotonic()
        if moment - self.held_s < HELD_S:
            return 0.0
        self.held_s = moment + GIVEN_S
        return GIVEN_S

    def _pause(self) -> float:
        """Return how long to wait for another process; who has waited too long is told so."""
        moment = monotonic()
        late = [write for write in self.waiting if moment > write.give_up_s]
        self.waiting = deque(write for write in self.waiting if moment <= write.give_up_s)
        for write in late:
            write.fail(f"another process held the database for {self.busy_timeout_s} s")
        self._acknowledge(late)
        pause_s, self.pause_s = self.pause_s, min(2 * self.pause_s, POLL_S[1])
        return pause_s * (0.5 + random.random())  # noqa: S311  only jitter

    def _next_group(self) -> list[_Write[Any]]:
        """Take from what waits, in order, as much as may be tried together."""
        group = [self.waiting.popleft()]
        while not group[0].is_alone and self.waiting and not self.waiting[0].is_alone:
            if len(group) == GROUP_MAX:
                break
            group.append(self.waiting.popleft())
        return group

    def _do(self, group: Sequence[_Write[Any]]) -> None:
        """Do a group in the transaction that has begun, or as much of it as there is time for."""
        if len(group) == 1:
            [write] = group
            write.error = None
            try:
                write.result = self._alone(write.doing, write.work)
            except Exception as error:  # noqa: BLE001  raised where it is waited for
                write.error = error
            self._acknowledge(group)
            return
        done = 0
        try:
            tried = self._together(group)
            self.connection.execute("COMMIT")
            done = tried
        except sqlite3.Error:
            # Not committed, or undone by SQLite itself: each has to be tried by itself.
            for write in group:
                write.is_alone = True
            self._undo()
        except BaseException:
            self._undo()
            raise
        finally:
            self._acknowledge(group[:done])
            self.waiting.extendleft(reversed(group[done:]))

    def _together(self, group: Sequence[_Write[Any]]) -> int:
        """Do the first writes of a group; return how many there was time for."""
        db, ends_s = self.connection, monotonic() + GROUP_S
        db.execute("SAVEPOINT together")
        for done, write in enumerate(group):
            if done and monotonic() > ends_s:
                return done
            if not write.is_done(db):
                break
        else:
            return len(group)
        # Not so at first: FTS5 writes its index out at every savepoint, and most groups need none.
        db.execute("ROLLBACK TO together")
        return self._apart(group)

    def _apart(self, group: Sequence[_Write[Any]]) -> int:
        """Do the same where one fails: by itself."""
        db, ends_s = self.connection, monotonic() + GROUP_S
        for done, write in enumerate(group):
            if done and monotonic() > ends_s:
                return done
            db.execute("SAVEPOINT apart")
            if not write.is_done(db):
                db.execute("ROLLBACK TO apart")
            db.execute("RELEASE apart")
        return len(group)

    def _alone(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do one write in the transaction that has begun."""
        try:
            result = work(self.connection)
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            raise StoreUnavailable("SQLite", doing, str(error)) from error
        except BaseException:
            self._undo()
            raise
        return result

    def _undo(self) -> None:
        # SQLite has already rolled back after some errors (disk full, I/O).
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def _acknowledge(self, writes: Sequence[_Write[Any]] | deque[_Write[Any]]) -> None:
        for write in writes:
            if not write.done.done():
                write.done.set_result(None)
