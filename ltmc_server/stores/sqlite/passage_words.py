"""Which passages hold a question's words, and how well: those in a scope, of what the words say."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import partial
from itertools import islice
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, Holding, PassageId, Scope
from ltmc_server.stores.interfaces import Also
from ltmc_server.stores.sqlite.remembered import Remembered
from ltmc_server.stores.sqlite.word_scores import Scored, score

EXPECTED_MAX: Final = 16
"""Questions whose words are scored before they are asked for."""

_holding: Final = partial(tuple.__new__, Holding)
"""Makes a holding of all its values in half the time."""


@dataclass(slots=True)
class Expected:
    """Words that were scored before they are asked for."""

    known: dict[tuple[str, ...], Scored] = field(default_factory=dict)

    def keep(self, phrases: Sequence[str], scored: Scored) -> None:
        """Keep it until it is taken, or until there are too many that nobody took."""
        if len(self.known) >= EXPECTED_MAX:
            self.known.clear()
        self.known[tuple(phrases)] = scored

    def take(self, phrases: Sequence[str], version: tuple[int, int] | None) -> Scored | None:
        """Return what is kept, once, and only if nobody has written since."""
        scored = self.known.pop(tuple(phrases), None)
        return scored if scored is not None and scored.version == version else None


@dataclass(frozen=True, slots=True)
class WordSearch:
    """A search of the record, in one transaction."""

    db: sqlite3.Connection
    remembered: Remembered
    expected: Expected
    scope: Scope
    limit: int
    """Passages that are wanted."""

    def scored(self, phrases: Sequence[str]) -> Scored:
        """Score the words of a question, or return what is kept of them."""
        self.remembered.follow(self.db)
        known = self.expected.take(phrases, self.remembered.version)
        return known or score(self.db, self.remembered, phrases)

    def holding(self, scored: Scored, also: Also) -> list[Holding] | None:
        """Return the passages in `scope` that hold a question best, and those of `also`.

        None: of the rows that were scored no one is in scope, and others may be. To be asked after
        `Remembered.follow`, in its transaction.
        """
        words, sums = scored.words, scored.sums
        rows = sums.in_order()
        kept = self._first(rows)
        if rows and not kept:
            return None
        wanted = also(kept)
        kept |= self._inside([id for id in wanted if id in sums.held and id not in kept])
        total = sum(word.weight for word in words)
        strength, held = sums.strength, sums.held
        return [
            _holding((id, kept[id], strength[id] / total, min(1.0, held[id] / total)))
            for id in rows
            if id in kept
        ]

    def _first(self, rows: Sequence[PassageId]) -> dict[PassageId, DocumentId]:
        """Return the first of rows that are in scope, as many as are wanted, with documents."""
        # Most are in scope: at first no more are looked up than are wanted.
        kept: dict[PassageId, DocumentId] = {}
        looked, step = 0, self.limit
        while len(kept) < self.limit and looked < len(rows):
            some = rows[looked : looked + step]
            inside = self._inside(some)
            left = self.limit - len(kept)
            kept.update(islice(((id, inside[id]) for id in some if id in inside), left))
            looked, step = looked + step, 2 * self.limit
        return kept

    def _inside(self, rows: Sequence[PassageId]) -> Mapping[PassageId, DocumentId]:
        return self.remembered.owners.inside(self.db, rows, self.scope) if rows else {}
