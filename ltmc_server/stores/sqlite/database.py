"""One SQLite file, opened safely: the pragmas, the transactions, the driver's errors."""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final, Literal, Self, TypeVar

from ltmc_server.damage import told_of_damage
from ltmc_server.errors import DataFolderUnusable, ForeignDatabase, StoreUnavailable
from ltmc_server.observability.durations import Durations
from ltmc_server.stores.sqlite.asides import Aside
from ltmc_server.stores.sqlite.commits import Commits
from ltmc_server.stores.sqlite.merging import CLOSE_S, merge_within
from ltmc_server.stores.sqlite.migrations import APPLICATION_ID, migrate
from ltmc_server.stores.sqlite.words import define

_T = TypeVar("_T")

PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",  # readers never wait for the writer
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = ON",  # our triggers call our function; some builds forbid it
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -20000",  # 20 MB of pages
    "PRAGMA journal_size_limit = 67108864",
)

ASIDE_FROM: Final = 2_000
"""Rows of a table that is read in a thread. A word that all of them have takes 2 ms."""

STATEMENTS_KEPT: Final = 256
"""Compiled statements of a connection. Compiling one that has triggers takes as long as it does."""

SQLITE_HEADER: Final = b"SQLite format 3\x00"


class Database:
    """A connection to the record; every store of the process shares it.

    Statements run on the event loop: at 5 to 30 µs each they cost less than the hop to a thread.
    `work` functions are synchronous, so nothing else runs between their BEGIN and COMMIT but other
    writes of the same group. What writes for long goes to a thread.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        busy_timeout_s: float,
        file: Path,
        times: Durations | None = None,
        durability: Literal["full", "normal"] = "full",
    ) -> None:
        self.file = file
        self.connection = connection
        self.commits = Commits(connection, busy_timeout_s)
        beside = partial(_beside, file, busy_timeout_s, durability)
        self.aside = Aside(beside, busy_timeout_s)
        self.aside_reads = Aside(lambda: _reading(beside()), busy_timeout_s)
        self.times = times or Durations()
        """How long reads and writes took, the wait for other processes included."""
        self.written = asyncio.Event()
        """Set after each write of this process; whoever waits for it clears it."""

    @classmethod
    @contextmanager
    def open(
        cls,
        file: Path,
        *,
        durability: Literal["full", "normal"] = "full",
        busy_timeout_s: float = 5.0,
        times: Durations | None = None,
    ) -> Iterator[Self]:
        """Open the record, making the file, its folder and its tables if they are not there.

        Raises:
            DataFolderUnusable: the folder or the file cannot be made, read or written.
            ForeignDatabase: the file is there and is not ours; it is not touched.
            NewerDatabase: a newer LTMC wrote it.
        """
        if not _is_there(file):
            _make(file)
        connection = _connect(file, busy_timeout_s)
        try:
            _prepare(connection, file, durability)
            database = cls(connection, busy_timeout_s, file, times, durability)
            try:
                yield database
            finally:
                database.commits.close()
                database.aside.close()
                database.aside_reads.close()
            # Only advice: another process may hold the lock at this moment.
            with suppress(sqlite3.Error):
                if connection.total_changes:
                    merge_within(connection, CLOSE_S)
        finally:
            connection.close()

    async def write(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work` in a transaction: all of it is durable when this returns, or none is.

        Writes that are under way at once share a transaction; each is still done or undone by
        itself, and they are acknowledged in the order in which they came.

        Args:
            doing: completes "SQLite failed while …" in the error.
            work: reads and writes, and does nothing else: it may be called again after what it
                wrote was undone. Whatever it raises undoes what it wrote.
        """
        began = perf_counter()
        try:
            done = await self.commits.write(doing, work)
            self.written.set()
            return done
        finally:
            self.times.record(perf_counter() - began)

    async def write_aside(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do the same in a thread, for what takes so long that a call beside it would notice."""
        began = perf_counter()
        try:
            done = await self.aside.write(doing, work)
            self.written.set()
            return done
        finally:
            self.times.record(perf_counter() - began)

    async def read_many(
        self, doing: str, work: Callable[[sqlite3.Connection], _T], *, newest: str
    ) -> _T:
        """Do what `read_at_once` does; with a table of many rows in a thread, as `read_aside` does.

        Args:
            doing: completes "SQLite failed while …" in the error.
            work: only reads.
            newest: selects the greatest number in the table. Numbers are not given twice, so there
                are no more rows.
        """
        [last] = self.read(doing, lambda db: db.execute(newest).fetchone())
        if (last or 0) < ASIDE_FROM:
            return self.read_at_once(doing, work)
        return await self.read_aside(doing, at_once(work))

    async def read_aside(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work`, which only reads, in a thread: for what looks at every row of a table."""
        began = perf_counter()
        try:
            return await self.aside_reads.read(doing, work)
        finally:
            self.times.record(perf_counter() - began)

    def read(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work`, which only reads."""
        began = perf_counter()
        try:
            return work(self.connection)
        except sqlite3.Error as error:
            raise StoreUnavailable("SQLite", doing, str(error)) from error
        finally:
            self.times.record(perf_counter() - began)

    def read_at_once(self, doing: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work`, whose statements all see the record as it is at the first of them."""
        return self.read(doing, at_once(work))


def at_once(work: Callable[[sqlite3.Connection], _T]) -> Callable[[sqlite3.Connection], _T]:
    """Return what runs `work`, which only reads, in one transaction."""

    def in_one_transaction(db: sqlite3.Connection) -> _T:
        db.execute("BEGIN")
        try:
            return work(db)
        finally:
            db.execute("COMMIT")

    return in_one_transaction


def _is_there(file: Path) -> bool:
    """Tell whether the record exists; refuse what is not ours before SQLite changes anything."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as opened:
            header = opened.read(72)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise DataFolderUnusable(file.parent, error.strerror or str(error)) from error
    ours = header.startswith(SQLITE_HEADER) and header[68:72] == APPLICATION_ID.to_bytes(4, "big")
    if not ours:
        raise ForeignDatabase(file)
    return True


def _make(file: Path) -> None:
    """Make an empty record beside its place, and put it there in one step.

    Processes that start together would otherwise meet a half-made file; and changing a file to
    WAL is the one step for which SQLite does not wait.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".making-", dir=file.parent) as folder:
            made = Path(folder, file.name)
            connection = _connect(made, 0)
            try:
                _prepare(connection, made, "full")
            finally:
                connection.close()
            _place(made, file)
        _sync_folder(file.parent)
    except OSError as error:
        raise DataFolderUnusable(file.parent, error.strerror or str(error)) from error


def _place(made: Path, file: Path) -> None:
    """Give the new record its name, unless another process was first: its record is as good."""
    try:
        os.link(made, file)
    except FileExistsError:
        return
    except OSError:
        # A file system without hard links; here the last of two at once would win.
        if not file.exists():
            made.rename(file)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(file: Path, busy_timeout_s: float, durability: str) -> sqlite3.Connection:
    """Open the record once more, for threads; in them SQLite itself waits for other writers."""
    connection = _connect(file, busy_timeout_s, one_thread=False)
    try:
        _set(connection, durability)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _reading(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Make a connection one that reads long tables once: it keeps few pages, and writes nothing."""
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -1000")
    return connection


def _connect(file: Path, busy_timeout_s: float, *, one_thread: bool = True) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            file,
            isolation_level=None,
            timeout=busy_timeout_s,
            check_same_thread=one_thread,
            cached_statements=STATEMENTS_KEPT,
        )
        define(connection)
    except sqlite3.Error as error:
        raise DataFolderUnusable(file.parent, str(error)) from error
    return connection


def _prepare(connection: sqlite3.Connection, file: Path, durability: str) -> None:
    try:
        with told_of_damage():
            _set(connection, durability)
            migrate(connection, file)
        # From here on `Commits` does the waiting.
        connection.execute("PRAGMA busy_timeout = 0")
    except sqlite3.DatabaseError as error:
        unusable = DataFolderUnusable(file.parent, str(error))
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT:
            unusable.hint = f"{file.name} is damaged: `ltmc verify` says where. Put back a copy."
        raise unusable from error


def _set(connection: sqlite3.Connection, durability: str) -> None:
    connection.row_factory = sqlite3.Row
    for pragma in PRAGMAS:
        connection.execute(pragma)
    # FULL: an fsync a commit, so an acknowledged write survives a power cut.
    connection.execute(f"PRAGMA synchronous = {'FULL' if durability == 'full' else 'NORMAL'}")
