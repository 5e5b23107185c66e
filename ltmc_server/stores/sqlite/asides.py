"""Long writes, in a thread of their own: calls are answered meanwhile."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from ltmc_server.errors import StoreUnavailable

_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Aside:
    """One thread with a connection of its own, for one write after the other.

    While it writes, others wait for it as for another process, and readers do not wait.
    """

    open: Callable[[], sqlite3.Connection]
    """Opens the record; SQLite itself is to wait for other writers."""
    busy_timeout_s: float
    _connection: sqlite3.Connection | None = None
    _threads: ThreadPoolExecutor | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, opened when it is first needed."""
        with self._opening:
            if self._connection is None:
                self._connection = self.open()
            return self._connection

    async def write(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work` as `Database.write` does.

        A caller that is cancelled has written all or nothing.
        """
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, thread_name_prefix="long-writes")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._write, doing, work)

    def close(self) -> None:
        """Wait for the write that is under way, drop those that wait, and close."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        if self._connection is not None:
            self._connection.close()

    def _write(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        db = self.connection
        try:
            db.execute("BEGIN IMMEDIATE")
            result = work(db)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo(db)
            raise StoreUnavailable("SQLite", doing, self._cause(error)) from error
        except BaseException:
            self._undo(db)
            raise
        return result

    def _cause(self, error: sqlite3.Error) -> str:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return f"another process held the database for {self.busy_timeout_s} s"
        return str(error)

    def _undo(self, db: sqlite3.Connection) -> None:
        if db.in_transaction:
            db.execute("ROLLBACK")
