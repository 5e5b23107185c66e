"""A cache in a file beside the record: some ten microseconds away, shared by processes.

It is no part of the record: whoever deletes the file loses nothing but time.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeAlias, TypeVar

from ltmc_server.caching.interfaces import KINDS, VALUE_BYTES_MAX, Kind, Size
from ltmc_server.caching.patterns import Fits, beginning
from ltmc_server.caching.sealing import Opened, seal, unseal
from ltmc_server.damage import told_of_damage
from ltmc_server.dataclass import dataclass
from ltmc_server.threads import Turns

_T = TypeVar("_T")

log = logging.getLogger(__name__)

ENTRIES_MAX: Final = 10_000
FILE_BYTES_MAX: Final = 64_000_000
"""What is over it pushes out the oldest; beside it there is a write-ahead log of a few MB."""

BUSY_S: Final = 1.0
"""Longest wait for another process where the call is about the cache itself."""

APPLICATION_ID: Final = 0x4C54_4D45
"""Not that of the record: neither file is ever taken for the other."""

LAYOUT: Final = 1
"""Of the table below; a file of another layout is begun anew."""

_Row: TypeAlias = tuple[Kind, bytes, str, bytes, float]

_TABLE: Final = """
CREATE TABLE entries (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,   -- grows, so the smallest are the oldest
    kind  TEXT NOT NULL,
    key   BLOB NOT NULL,
    about TEXT NOT NULL,
    value BLOB NOT NULL,
    until REAL NOT NULL,                       -- seconds since 1970
    UNIQUE (kind, key)
) STRICT
"""

_UNREADABLE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class _OtherLayout(Exception):
    """The file is a cache of another version of this program."""


class _Foreign(Exception):
    """The file is a database of some other program."""


@dataclass
class SqliteCache:
    """A `Cache` that drops the oldest entries when it is full.

    The file is opened when it is first asked. One that can not be read is thrown away and made
    anew; where that fails, and in a file of some other program, nothing is kept.
    """

    name: ClassVar[str] = "sqlite"

    file: Path
    secret: bytes = field(repr=False)
    """The record's, for seals."""
    entries_max: int = ENTRIES_MAX
    file_bytes_max: int = FILE_BYTES_MAX
    clock: Callable[[], float] = time.time
    evicted: int = 0
    connection: sqlite3.Connection | None = field(default=None, repr=False)
    given_up: bool = False
    turn: Turns = field(default_factory=lambda: Turns(1), repr=False)
    """Of what goes through all entries."""

    async def get(self, kind: Kind, key: bytes) -> bytes | None:
        sql = "SELECT value FROM entries WHERE kind = ? AND key = ? AND until > ?"
        values = (kind, key, self.clock())
        row = self._run(lambda db: db.execute(sql, values).fetchone())
        opened = unseal(self.secret, kind.encode() + key, row[0] if row else None)
        return opened.value if opened else None

    async def set(self, kind: Kind, key: bytes, value: bytes, *, about: str, ttl_s: float) -> None:
        if len(value) > VALUE_BYTES_MAX:
            return
        sealed = seal(self.secret, kind.encode() + key, Opened("", value))
        row = (kind, key, beginning(about), sealed, self.clock() + ttl_s)
        self.evicted += self._run(partial(_keep, row=row, entries_max=self.entries_max)) or 0

    async def forget(self, kind: Kind, pattern: str = "*") -> int | None:
        return await self._at_length(partial(_forget, kind=kind, fits=Fits(pattern)))

    async def sizes(self) -> Mapping[Kind, Size] | None:
        held = await self._at_length(_sizes)
        return None if held is None else {kind: held.get(kind, Size(0, 0)) for kind in KINDS}

    def close(self) -> None:
        """Close the file; it is opened again when it is next asked."""
        if self.connection is not None:
            with suppress(sqlite3.Error):
                self.connection.close()
            self.connection = None

    def _run(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Run `work`; None where the file can not be used now: it is never worth a wait."""
        try:
            if self.connection is None:
                self._open()
            with told_of_damage():
                return None if self.connection is None else work(self.connection)
        except sqlite3.Error as error:
            # Another process that writes, or a full disk, is no reason to begin anew.
            if _code(error) in _UNREADABLE:
                self.close()
            return None

    async def _at_length(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Run `work`, which goes through all entries, in a thread, on a connection of its own."""
        if self._run(lambda db: True) is None:
            return None

        def apart() -> _T | None:
            try:
                with (
                    told_of_damage(),
                    closing(sqlite3.connect(self.file, isolation_level=None, timeout=BUSY_S)) as db,
                ):
                    return work(db)
            except sqlite3.Error:
                return None

        return await self.turn.run(apart)

    def _open(self) -> None:
        if self.given_up:
            return
        try:
            try:
                self.connection = _opened(self.file, self.file_bytes_max)
            except (sqlite3.DatabaseError, _OtherLayout) as error:
                if isinstance(error, sqlite3.Error) and _code(error) not in _UNREADABLE:
                    raise
                log.warning("%s can not be read and is made anew: %s", self.file, error)
                _throw_away(self.file)
                self.connection = _opened(self.file, self.file_bytes_max)
        except (sqlite3.Error, OSError, _Foreign) as error:
            # A file that another process is making now is there the next time.
            busy = isinstance(error, sqlite3.Error) and _code(error) == sqlite3.SQLITE_BUSY
            self.given_up = not busy
            if self.given_up:
                log.warning("nothing is cached in %s: %s", self.file, error)


def _opened(file: Path, file_bytes_max: int) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, timeout=0)
    try:
        with told_of_damage():
            _ready(connection, file_bytes_max)
    except BaseException:
        connection.close()
        raise
    return connection


def _ready(connection: sqlite3.Connection, file_bytes_max: int) -> None:
    """Make the table if it is not there, set what is to be set, and read a first page."""
    if not _is_ours(connection):
        _in_one_transaction(connection, _make)
    # NORMAL: what a power cut takes from a cache is no loss.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    [page_bytes] = connection.execute("PRAGMA page_size").fetchone()
    connection.execute(f"PRAGMA max_page_count = {max(1, file_bytes_max // page_bytes)}")
    # Reads the table's first page: a broken file is found out here, not in a call.
    connection.execute("SELECT 1 FROM entries WHERE id = 0").fetchone()


def _is_ours(db: sqlite3.Connection) -> bool:
    """Tell a cache from an empty file.

    Raises:
        _OtherLayout: it is a cache that this version can not use.
        _Foreign: it is something else.
    """
    [found] = db.execute("PRAGMA application_id").fetchone()
    [layout] = db.execute("PRAGMA user_version").fetchone()
    [tables] = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if found == APPLICATION_ID and layout == LAYOUT and tables:
        return True
    if found == APPLICATION_ID:
        raise _OtherLayout(f"its layout is {layout}, not {LAYOUT}")
    if found or tables:
        raise _Foreign("another program has made it")
    return False


def _make(db: sqlite3.Connection) -> None:
    # Another process may have made it while we waited for the lock.
    if not _is_ours(db):
        db.execute(_TABLE)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {LAYOUT}")


def _throw_away(file: Path) -> None:
    """Move the file aside, in place of the last one that was."""
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    file.replace(file.with_name(file.name + ".broken"))


def _keep(db: sqlite3.Connection, row: _Row, entries_max: int) -> int:
    """Write one entry and return how many others had to go for it."""
    put = partial(_put, row=row, entries_max=entries_max)
    try:
        return _in_one_transaction(db, put)
    except sqlite3.OperationalError as error:
        if _code(error) != sqlite3.SQLITE_FULL:
            raise
    return _in_one_transaction(db, _drop_a_tenth) + _in_one_transaction(db, put)


def _put(db: sqlite3.Connection, row: _Row, entries_max: int) -> int:
    made = db.execute(
        """INSERT OR REPLACE INTO entries (kind, key, about, value, until)
           VALUES (?, ?, ?, ?, ?)""",
        row,
    ).lastrowid
    assert made is not None, "an INSERT has given it"
    # By id, not by counting, which would read the whole table at each entry.
    return db.execute("DELETE FROM entries WHERE id <= ?", (made - entries_max,)).rowcount


def _drop_a_tenth(db: sqlite3.Connection) -> int:
    [held] = db.execute("SELECT count(*) FROM entries").fetchone()
    oldest = "SELECT id FROM entries ORDER BY id LIMIT ?"
    return db.execute(f"DELETE FROM entries WHERE id IN ({oldest})", (1 + held // 10,)).rowcount  # noqa: S608


def _forget(db: sqlite3.Connection, kind: Kind, fits: Fits) -> int:
    def work(db: sqlite3.Connection) -> int:
        if fits.every:
            return db.execute("DELETE FROM entries WHERE kind = ?", (kind,)).rowcount
        rows = db.execute("SELECT id, about FROM entries WHERE kind = ?", (kind,)).fetchall()
        chosen = [(id,) for id, about in rows if fits(about)]
        return db.executemany("DELETE FROM entries WHERE id = ?", chosen).rowcount if chosen else 0

    return _in_one_transaction(db, work)


def _sizes(db: sqlite3.Connection) -> dict[str, Size]:
    sql = "SELECT kind, count(*), sum(length(value)) FROM entries GROUP BY kind"
    return {kind: Size(count, size) for kind, count, size in db.execute(sql)}


def _in_one_transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], _T]) -> _T:
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        # SQLite has already rolled back after some errors (file full, I/O).
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's own code; 0 for what the driver itself has raised."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
