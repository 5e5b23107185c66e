"""Long writes and long reads, each in a thread of its own: calls are answered meanwhile."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from typing import TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import StoreUnavailable

_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Aside:
    """One thread with a connection of its own, for one long piece of work after the other.

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
        return await self._in_thread(self._write, doing, work)

    async def write_unless_busy(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do the same, if no other process writes at the moment.

        Raises:
            StoreUnavailable: one does, or what SQLite says.
        """
        return await self._in_thread(self._write_unless_busy, doing, work)

    async def read(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work`, which only reads, as `Database.read` does."""
        return await self._in_thread(self._read, doing, work)

    def close(self) -> None:
        """Wait for the work that is under way, drop what waits, and close."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        if self._connection is not None:
            self._connection.close()

    async def _in_thread(
        self,
        do: Callable[[str, Callable[[sqlite3.Connection], _T]], _T],
        doing: str,
        work: Callable[[sqlite3.Connection], _T],
    ) -> _T:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, thread_name_prefix="beside")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, do, doing, work)

    def _read(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            return work(self.connection)
        except sqlite3.Error as error:
            raise StoreUnavailable("SQLite", doing, str(error)) from error

    def _write_unless_busy(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        db = self.connection
        db.execute("PRAGMA busy_timeout = 0")
        try:
            return self._write(doing, work)
        finally:
            db.execute(f"PRAGMA busy_timeout = {int(self.busy_timeout_s * 1000)}")

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
