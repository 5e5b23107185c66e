"""What a process remembers of the record between questions, as long as the change log allows."""

import sqlite3
from dataclasses import field
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.sqlite.owners import Owners
from ltmc_server.stores.sqlite.standing import version_of
from ltmc_server.stores.sqlite.vector_log import span
from ltmc_server.stores.sqlite.word_counts import WordCounts

FOLLOWED_MAX: Final = 1_000
"""Changes that are followed one by one; after more of them all is forgotten."""


# FTS5 keeps the number of its rows at the head of its record of averages, as a varint.
STANDING: Final = """
    SELECT (SELECT coalesce(max(id), 0) FROM passages),
           (SELECT block FROM passage_words_data WHERE id = 1)
    """


@dataclass(slots=True)
class Remembered:
    """Of passages that are there: new ones change nothing of it, those that go are forgotten."""

    owners: Owners = field(default_factory=Owners)
    counts: WordCounts = field(default_factory=WordCounts)
    seq: int = -1
    """How far the change log has been followed."""
    texts: int = 0
    """How many passages the full text has."""
    version: tuple[int, int] | None = None
    """Another one after every write: of this connection, and of all others."""

    def follow(self, db: sqlite3.Connection) -> None:
        """Forget what went since the last time, in this or in another process.

        Args:
            db: the connection of the last time.
        """
        version = version_of(db)
        if version != self.version:
            self._follow(db)
            newest, head = db.execute(STANDING).fetchone()
            self.texts = _varint(head) if head else 0
            self.counts.follow(newest, self.texts)
            self.owners.expiries.clear()
            self.version = version

    def _follow(self, db: sqlite3.Connection) -> None:
        oldest, newest = span(db)
        if newest == self.seq:
            return
        seq, self.seq = self.seq, newest
        if not oldest - 1 <= seq <= newest <= seq + FOLLOWED_MAX:
            self.owners.known.clear()
            self.counts.known.clear()
            return
        sql = "SELECT passage_id FROM changes WHERE seq > ? AND removed"
        gone = [id for [id] in db.execute(sql, (seq,))]
        for id in gone:
            self.owners.known.pop(id, None)
        if gone:
            self.counts.known.clear()


def _varint(record: bytes) -> int:
    """Read the number that a record of SQLite begins with: seven bits a byte, high ones first."""
    number = 0
    for byte in record[:8]:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return number
