"""Full text indexes in few parts: a word is looked up in each of them.

FTS5 writes a part at each commit, and merges them when four of a size have come together; a dozen
and more are there all the time, and a question of twelve words looks into them 200 times. So, when
nobody has written for a while, each two of a size are merged: what is written for that grows with
the logarithm of what is stored, as FTS5's own merging does.
"""

import asyncio
import sqlite3
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import StoreUnavailable

if TYPE_CHECKING:
    from ltmc_server.stores.sqlite.database import Database

TABLES: Final = ("passage_words", "todo_words", "message_words", "attempt_words")

REST_S: Final = 0.1
"""How long nobody of this process must have written: longer than between calls of a burst."""

CLOSE_S: Final = 0.05
"""How long a server that ends merges what it has written; the next one begins with that."""

PAGES: Final = 64
"""Of an index that are written in one transaction: 2 to 5 ms, for which other writers wait."""

PARTS_MAX: Final = 1
"""Of one size that are left as they are."""


@dataclass(slots=True, eq=False)
class Merging:
    """Merges the indexes of a record beside the calls, whenever it rests."""

    database: "Database"
    rest_s: float = REST_S

    async def run(self) -> None:
        """Go on until cancelled; what is merged by then stays merged."""
        written = self.database.written
        while True:
            await written.wait()
            while written.is_set():
                written.clear()
                await asyncio.sleep(self.rest_s)
            # Another process that writes is not waited for, so none keeps the server from ending.
            with suppress(StoreUnavailable):
                while not written.is_set() and await self._some():
                    pass

    async def _some(self) -> bool:
        return await self.database.aside.write_unless_busy("merging words", merge)


def merge_within(db: sqlite3.Connection, seconds: float) -> None:
    """Merge what there is to merge, and begin nothing after so long."""
    until_s, more = monotonic() + seconds, True
    while more and monotonic() < until_s:
        db.execute("BEGIN IMMEDIATE")
        with db:
            more = merge(db)


def merge(db: sqlite3.Connection) -> bool:
    """Merge some of the indexes, in the transaction that is open; tell whether there is more."""
    return any(_merge(db, table) for table in TABLES)


def _merge(db: sqlite3.Connection, table: str) -> bool:
    ask = f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)"  # noqa: S608
    least = PARTS_MAX + 1
    kept = db.execute(f"SELECT v FROM {table}_config WHERE k = 'usermerge'").fetchone()  # noqa: S608
    if kept is None or kept[0] != least:
        db.execute(ask, ("usermerge", least))
    before = db.total_changes
    db.execute(ask, ("merge", PAGES))
    # The statement itself is one; see "The 'merge' Command" of FTS5.
    return db.total_changes - before > 1
