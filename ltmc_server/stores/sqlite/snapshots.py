"""What the record knows of the indexes that were written beside it."""

import sqlite3

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.state import SqliteRecordState
from ltmc_server.stores.sqlite.vector_log import span


@dataclass(frozen=True, slots=True)
class SqliteSnapshotMarks:
    """The `SnapshotMarks` of a record."""

    database: Database

    def owner(self) -> str:
        id, _ = SqliteRecordState(self.database).owner()
        return id

    def span(self) -> tuple[int, int]:
        return self.database.read("reading changes", span)

    def mark(self, name: str) -> str | None:
        return self.database.read("reading a mark", lambda db: mark(db, name))

    async def set_mark(self, name: str, mark: str | None) -> None:
        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM facts WHERE name = ?", (_fact(name),))
            if mark is not None:
                db.execute("INSERT INTO facts VALUES (?, ?)", (_fact(name), mark))

        await self.database.write("marking a snapshot", work)


def mark(db: sqlite3.Connection, name: str) -> str | None:
    """Return the mark of the file of that name; None if the record knows of none."""
    row = db.execute("SELECT value FROM facts WHERE name = ?", (_fact(name),)).fetchone()
    return row and str(row["value"])


def _fact(name: str) -> str:
    return f"snapshot {name}"
