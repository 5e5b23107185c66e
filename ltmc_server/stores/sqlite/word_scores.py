"""Which passages hold a question's words, and how well: FTS5 asked for each word by itself.

Asked for all words at once, FTS5 scores each row that has any of them, and the common words of a
question are in most rows. So the words are counted first, which is twenty times cheaper than
scoring, and then scored, the rarest first, until there is enough; the others would not tell
passages apart. Where there is enough before there are two words, it is asked for rows that hold
several of them (`together`). What FTS5 says of one word is freed of FTS5's own measure of rarity,
by which in a store of a few texts all words weigh nothing.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from itertools import accumulate
from math import log
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import PassageId, Scope
from ltmc_server.stores.full_text import rarity
from ltmc_server.stores.sqlite.remembered import Remembered
from ltmc_server.stores.sqlite.rows import plain
from ltmc_server.stores.sqlite.scopes import where
from ltmc_server.stores.sqlite.together import AMONG, ENOUGH, RANKED, SCORED_MAX, Word, together

NEWEST_MAX: Final = 5_000
"""Rows of a single word that are scored, the newest."""

TOGETHER_MAX: Final = 12
"""Words by which rows are scored at once; those that are more common tell next to nothing."""

SCORED_IN_SCOPE_MAX: Final = 10_000
"""Rows that words may have, summed up, when what they found is all out of scope."""

IDF_MIN: Final = 1e-6
"""What FTS5 takes for the rarity of a word that half of the rows have."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What rows have of the question: the BM25 sum, and the weight of the words they hold."""

    strength: dict[PassageId, float] = field(default_factory=dict)
    held: dict[PassageId, float] = field(default_factory=dict)

    def add(self, word: Word, ranks: Iterable[tuple[PassageId, float]]) -> None:
        """Add a word, by what FTS5 says of its rows."""
        factor, weight = word.weight / word.idf, word.weight
        strength = {row: -rank * factor for row, rank in ranks}
        held = dict.fromkeys(strength, weight)
        # Few rows have several of the words: the others go in together.
        for row in strength.keys() & self.strength.keys():
            strength[row] = self.strength[row] + strength[row]
            held[row] = self.held[row] + weight
        self.strength.update(strength)
        self.held.update(held)

    def join(self, shares: Mapping[PassageId, float], weight: float) -> None:
        """Take what rows hold of words that weigh so much, where it is more than is known."""
        for row, share in shares.items():
            self.strength[row] = max(self.strength.get(row, 0.0), share * weight)
            # Of rows of average length, which passages are, it is the same.
            self.held[row] = max(self.held.get(row, 0.0), min(1.0, share) * weight)

    def in_order(self) -> list[PassageId]:
        """Return the rows, the strongest first, ties by ascending id."""
        rows = sorted(self.strength)
        rows.sort(key=self.strength.__getitem__, reverse=True)
        return rows


@dataclass(frozen=True, slots=True)
class Scored:
    """What the words of a question say of the rows, of whatever project."""

    version: tuple[int, int] | None
    """Of the record, as `Remembered` has it."""
    words: Sequence[Word]
    sums: Sums


def score(db: sqlite3.Connection, remembered: Remembered, phrases: Sequence[str]) -> Scored:
    """Score the rows of the words of a question, in one transaction."""
    remembered.follow(db)
    if len(phrases) == 1 and (alone := _alone(db, remembered, phrases[0])):
        return alone
    words = _counted(remembered.texts, remembered.counts.of(db, phrases))
    return Scored(remembered.version, words, _of_all(db, words, remembered.counts.most))


def _alone(db: sqlite3.Connection, remembered: Remembered, phrase: str) -> Scored | None:
    """Score the rows of the only phrase of a question, if nobody has counted them and they are few.

    They are counted by that: to find those of a long phrase takes as long as to score them.
    """
    if remembered.counts.are_known(phrase):
        return None
    ranks = plain(db).execute(f"{RANKED} LIMIT ?", (phrase, SCORED_MAX + 1)).fetchall()
    if len(ranks) > SCORED_MAX:
        return None
    remembered.counts.learn(phrase, len(ranks))
    words, sums = _counted(remembered.texts, {phrase: len(ranks)}), Sums()
    sums.add(words[0], ranks)
    return Scored(remembered.version, words, sums)


def _of_all(db: sqlite3.Connection, words: Sequence[Word], rows_max: int) -> Sums:
    """Score the rows of words of which all are common, too; `rows_max` of each were counted."""
    there = [word for word in words if word.rows]
    few = rarest(words, SCORED_MAX)
    if len(few) > 1 or len(there) < 2:
        return scored(db, few)
    telling = _telling(there, rows_max)
    found = together(db, telling)
    is_rare = few[0].rows <= SCORED_MAX
    sums = scored(db, few) if is_rare or len(found) < ENOUGH else Sums()
    sums.join(found, sum(word.weight for word in telling))
    return sums


def _telling(there: Sequence[Word], rows_max: int) -> Sequence[Word]:
    """Return words by which to look for rows with several, the rarest first.

    To go through the rows of a word that has been counted to the bound may take longer than all
    the rest: such words are left out, unless there are hardly any others.
    """
    some = [word for word in there if word.rows < rows_max]
    return some[:TOGETHER_MAX] if len(some) > 1 else there[:AMONG]


def _counted(total: int, counts: Mapping[str, int]) -> list[Word]:
    """Return the words by their rows among `total`, the rarest first."""
    words = [
        Word(
            phrase,
            rows,
            rarity(total=total, holding=rows),
            max(IDF_MIN, log((total - rows + 0.5) / (rows + 0.5))),
        )
        for phrase, rows in counts.items()
    ]
    return sorted(words, key=lambda word: word.rows)


def rarest(words: Sequence[Word], rows_max: int) -> Sequence[Word]:
    """Return the first words that together have no more rows; those that have any, at least one."""
    there = [word for word in words if word.rows]
    summed = accumulate(word.rows for word in there)
    return there[: max(1, sum(rows <= rows_max for rows in summed))]


def scored(db: sqlite3.Connection, words: Sequence[Word]) -> Sums:
    """Return what rows have of each of the words."""
    sums, cursor = Sums(), plain(db)
    for word in words:
        if word.rows > SCORED_MAX:
            # A single word may have more rows than are wanted: then the best of its newest ones.
            newest = f"{RANKED} ORDER BY rowid DESC LIMIT ?"
            ranked = f"SELECT * FROM ({newest}) ORDER BY 2, 1 LIMIT ?"  # noqa: S608
            sums.add(word, cursor.execute(ranked, (word.phrase, NEWEST_MAX, SCORED_MAX)))
        else:
            sums.add(word, cursor.execute(RANKED, (word.phrase,)))
    return sums


def scored_inside(db: sqlite3.Connection, words: Sequence[Word], scope: Scope) -> Sums:
    """Return what rows in `scope` have of the rarest words: where those of all are others."""
    condition, values = where(scope)
    cursor = plain(db)
    [inside] = cursor.execute(
        f"""SELECT json_group_array(passages.id)
            FROM documents JOIN passages ON document_id = documents.id WHERE {condition}""",  # noqa: S608
        values,
    ).fetchone()
    # The plus: else FTS5 would begin anew for each row in scope.
    among = "+rowid IN (SELECT value FROM json_each(?))"
    newest = f"{RANKED} AND {among} ORDER BY rowid DESC LIMIT ?"
    ranked = f"SELECT * FROM ({newest}) ORDER BY 2, 1 LIMIT ?"  # noqa: S608
    sums = Sums()
    for word in rarest(words, SCORED_IN_SCOPE_MAX) if inside != "[]" else ():
        sums.add(word, cursor.execute(ranked, (word.phrase, inside, NEWEST_MAX, SCORED_MAX)))
    return sums
