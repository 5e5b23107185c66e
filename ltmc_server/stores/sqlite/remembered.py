"""What a process remembers of the record between questions, as long as the change log allows."""

import sqlite3
from dataclasses import dataclass, field
from typing import Final

from ltmc_server.stores.sqlite.owners import Owners
from ltmc_server.stores.sqlite.vector_log import span
from ltmc_server.stores.sqlite.word_counts import WordCounts

FOLLOWED_MAX: Final = 1_000
"""Changes that are followed one by one; after more of them all is forgotten."""


@dataclass(slots=True)
class Remembered:
    """Of passages that are there: new ones change nothing of it, those that go are forgotten."""

    owners: Owners = field(default_factory=Owners)
    counts: WordCounts = field(default_factory=WordCounts)
    seq: int = -1
    """How far the change log has been followed."""

    def follow(self, db: sqlite3.Connection) -> None:
        """Forget what went since the last time, in this or in another process."""
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
