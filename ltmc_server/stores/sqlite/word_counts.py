"""How many passages hold a word, remembered: of new passages only the new ones are counted.

FTS5 does not know it, and has to go through all that hold the word, up to a bound. The common words
of a question take the longest to count, and are those that the next questions have, too.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import field
from typing import Final

from ltmc_server.dataclass import dataclass

COUNTED_MIN: Final = 5_000
"""Rows of a word that are counted in any store; one that has more is common there."""

COMMON: Final = 20
"""In a larger store a word is common that one in so many texts has; rows are counted up to that."""

KEPT_MAX: Final = 4_000
"""Words whose rows are remembered, in some 1 MB; with one more, all are forgotten."""

KEPT_CHARS: Final = 100
"""Length of a word that is remembered."""

# Ids only grow: what came since is what is behind the last one.
_COUNT: Final = """SELECT count(*) FROM (
    SELECT 1 FROM passage_words WHERE passage_words MATCH ? AND rowid > ? LIMIT ?)"""


@dataclass(slots=True)
class WordCounts:
    """Counted rows, as long as none of them goes: then all has to be forgotten."""

    known: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By phrase: how many rows, up to which id."""
    newest: int = 0
    """The greatest id there is."""
    most: int = COUNTED_MIN
    """Rows that are counted; a word that has so many may have more."""

    def follow(self, newest: int, texts: int) -> None:
        """Note the newest id, and how many texts there are."""
        self.newest = newest
        most = COUNTED_MIN
        while most * COMMON < texts:
            # In steps, as with each of them all words have to be counted anew.
            most *= 2
        if most != self.most:
            self.most = most
            self.known.clear()

    def of(self, db: sqlite3.Connection, phrases: Sequence[str]) -> dict[str, int]:
        """Return the number of rows of each phrase, at the most `most`.

        To be asked after `follow`.
        """
        newest = self.newest
        found = {phrase: self.known.get(phrase, (0, 0)) for phrase in phrases}
        behind = [
            (phrase, upto)
            for phrase, (rows, upto) in found.items()
            if upto < newest and rows < self.most
        ]
        if behind:
            sql = " UNION ALL ".join([_COUNT] * len(behind))
            values = [value for pair in behind for value in (*pair, self.most)]
            for (phrase, _), [more] in zip(behind, db.execute(sql, values), strict=True):
                found[phrase] = (min(self.most, found[phrase][0] + more), newest)
            self._keep(found)
        return {phrase: rows for phrase, (rows, _) in found.items()}

    def are_known(self, phrase: str) -> bool:
        """Tell whether the rows of a phrase have been counted, if not all there are by now."""
        return phrase in self.known

    def learn(self, phrase: str, rows: int) -> None:
        """Remember the rows of a phrase, counted by who has read them all."""
        self._keep({phrase: (rows, self.newest)})

    def _keep(self, found: dict[str, tuple[int, int]]) -> None:
        if len(self.known) + len(found) > KEPT_MAX:
            self.known.clear()
        self.known.update(
            (phrase, counted) for phrase, counted in found.items() if len(phrase) <= KEPT_CHARS
        )
