"""Which passages hold a question's words, and how well: FTS5 asked for each word by itself.

Asked for all words at once, FTS5 scores each row that has any of them, and the common words of a
question are in most rows. So the words are counted first, which is twenty times cheaper than
scoring, and then scored, the rarest first, until there is enough; the others would not tell
passages apart. What FTS5 says of one word is freed of FTS5's own measure of rarity, by which in a
store of a few texts all words weigh nothing.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import partial
from itertools import accumulate, islice
from math import log
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, Holding, PassageId, Scope
from ltmc_server.stores.full_text import rarity
from ltmc_server.stores.interfaces import Also
from ltmc_server.stores.sqlite.remembered import Remembered
from ltmc_server.stores.sqlite.rows import plain
from ltmc_server.stores.sqlite.scopes import where

SCORED_MAX: Final = 500
"""Rows that the words of a question may have, summed up; scoring them takes half a millisecond."""

SCORED_IN_SCOPE_MAX: Final = 10_000
"""The same when what they found is all out of scope, and the more common words are tried."""

TITLE_WEIGHT: Final = 0.5
"""Of a word in the file name, beside 1 in the text."""

EXPECTED_MAX: Final = 16
"""Questions whose words are scored before they are asked for."""

_holding: Final = partial(tuple.__new__, Holding)
"""Makes a holding of all its values in half the time."""

_RANKED: Final = f"""
    SELECT rowid, bm25(passage_words, {TITLE_WEIGHT}, 1.0) FROM passage_words
    WHERE passage_words MATCH ?"""  # noqa: S608

_RANKS: Final = f"{_RANKED} LIMIT ?"

IDF_MIN: Final = 1e-6
"""What FTS5 takes for the rarity of a word that half of the rows have."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the question, and how rare it is."""

    phrase: str
    rows: int
    weight: float
    idf: float
    """As FTS5 counts it."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """What rows have of the question: the BM25 sum, and the weight of the words they hold."""

    strength: dict[PassageId, float] = field(default_factory=dict)
    held: dict[PassageId, float] = field(default_factory=dict)

    def add(self, word: _Word, ranks: Iterable[tuple[PassageId, float]]) -> None:
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
    words: Sequence[_Word]
    sums: _Sums


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


def score(db: sqlite3.Connection, remembered: Remembered, phrases: Sequence[str]) -> Scored:
    """Score the rows of the words of a question, in one transaction."""
    remembered.follow(db)
    if len(phrases) == 1 and (alone := _alone(db, remembered, phrases[0])):
        return alone
    words = _counted(remembered.texts, remembered.counts.of(db, phrases))
    return Scored(remembered.version, words, _scored(db, _rarest(words, SCORED_MAX)))


def _alone(db: sqlite3.Connection, remembered: Remembered, phrase: str) -> Scored | None:
    """Score the rows of the only phrase of a question, if nobody has counted them and they are few.

    They are counted by that: to find those of a long phrase takes as long as to score them.
    """
    if remembered.counts.are_known(phrase):
        return None
    ranks = plain(db).execute(_RANKS, (phrase, SCORED_MAX + 1)).fetchall()
    if len(ranks) > SCORED_MAX:
        return None
    remembered.counts.learn(phrase, len(ranks))
    words, sums = _counted(remembered.texts, {phrase: len(ranks)}), _Sums()
    sums.add(words[0], ranks)
    return Scored(remembered.version, words, sums)


@dataclass(frozen=True, slots=True)
class WordSearch:
    """A search of the record, in one transaction."""

    db: sqlite3.Connection
    remembered: Remembered
    expected: Expected
    scope: Scope
    limit: int
    """Passages that are wanted."""

    def holding(self, phrases: Sequence[str], also: Also) -> list[Holding]:
        """Return the passages in `scope` that hold a question best, and those of `also`."""
        self.remembered.follow(self.db)
        scored = self.expected.take(phrases, self.remembered.version)
        scored = scored or score(self.db, self.remembered, phrases)
        words, sums = scored.words, scored.sums
        rows = sums.in_order()
        kept = self._first(rows)
        wanted = also(kept)
        kept |= self._inside([id for id in wanted if id in sums.held and id not in kept])
        if rows and not kept:
            sums = _scored(self.db, _rarest(words, SCORED_IN_SCOPE_MAX), self.scope)
            rows = sums.in_order()
            kept = self._first(rows[: self.limit])
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


def _counted(total: int, counts: Mapping[str, int]) -> list[_Word]:
    """Return the words by their rows among `total`, the rarest first."""
    words = [
        _Word(
            phrase,
            rows,
            rarity(total=total, holding=rows),
            max(IDF_MIN, log((total - rows + 0.5) / (rows + 0.5))),
        )
        for phrase, rows in counts.items()
    ]
    return sorted(words, key=lambda word: word.rows)


def _rarest(words: Sequence[_Word], rows_max: int) -> Sequence[_Word]:
    """Return the first words that together have no more rows; those that have any, at least one."""
    there = [word for word in words if word.rows]
    summed = accumulate(word.rows for word in there)
    return there[: max(1, sum(rows <= rows_max for rows in summed))]


def _scored(db: sqlite3.Connection, words: Sequence[_Word], scope: Scope | None = None) -> _Sums:
    """Return what each row has of the words; rows in `scope` only, if it is given."""
    inside, values = "", list[object]()
    if scope:
        condition, values = where(scope)
        inside = f"""AND EXISTS (
            SELECT 1 FROM passages JOIN documents ON documents.id = document_id
            WHERE passages.id = passage_words.rowid AND {condition})"""  # noqa: S608
    sums, cursor = _Sums(), plain(db)
    for word in words:
        # A single word may have more rows than are wanted: then its best ones.
        many = word.rows > SCORED_MAX
        ranks = cursor.execute(
            f"{_RANKED} {inside} {'ORDER BY 2, 1' if many else ''} LIMIT ?",
            (word.phrase, *values, SCORED_MAX if many else -1),
        )
        sums.add(word, ranks)
    return sums
