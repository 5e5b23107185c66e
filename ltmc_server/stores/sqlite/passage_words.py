"""Which passages hold a question's words, and how well: FTS5 asked for each word by itself.

Asked for all words at once, FTS5 scores each row that has any of them, and the common words of a
question are in most rows. So the words are counted first, which is twenty times cheaper than
scoring, and then scored, the rarest first, until there is enough; the others would not tell
passages apart. What FTS5 says of one word is freed of FTS5's own measure of rarity, by which in a
store of a few texts all words weigh nothing.
"""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log
from typing import Final

from ltmc_server.model import Holding, PassageId, Scope
from ltmc_server.stores.full_text import rarity
from ltmc_server.stores.sqlite.rows import batches, marks
from ltmc_server.stores.sqlite.scopes import where

SCORED_MAX: Final = 500
"""Rows that the words of a question may have, summed up; scoring them takes half a millisecond."""

SCORED_IN_SCOPE_MAX: Final = 10_000
"""The same when what they found is all out of scope, and the more common words are tried."""

COUNTED_MAX: Final = 5_000
"""Rows of a word that are counted; one that has more is common, however many there are."""

TITLE_WEIGHT: Final = 0.5
"""Of a word in the file name, beside 1 in the text."""

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

    strength: dict[int, float]
    held: dict[int, float]

    def in_order(self) -> list[int]:
        """Return the rows, the strongest first, ties by ascending id."""
        return sorted(self.strength, key=lambda row: (-self.strength[row], row))


def holding(
    db: sqlite3.Connection,
    phrases: Sequence[str],
    scope: Scope,
    limit: int,
    also: Collection[PassageId],
) -> list[Holding]:
    """Return the passages in `scope` that hold a question best."""
    words = _counted(db, phrases)
    sums = _scored(db, _rarest(words, SCORED_MAX))
    kept = _in_scope(db, sums.in_order(), scope, limit)
    if sums.held and not kept:
        sums = _scored(db, _rarest(words, SCORED_IN_SCOPE_MAX), scope)
        kept = sums.in_order()[:limit]
    total = sum(word.weight for word in words)
    found = [
        Holding(PassageId(row), sums.strength[row] / total, min(1.0, sums.held[row] / total))
        for row in {*kept, *(id for id in also if id in sums.held)}
    ]
    return sorted(found, key=lambda one: (-one.strength, one.id))


def _counted(db: sqlite3.Connection, phrases: Sequence[str]) -> list[_Word]:
    """Count the rows of each word, the rarest first."""
    # FTS5 keeps the number of its rows at the head of its record of averages, as a varint.
    [head] = db.execute("SELECT block FROM passage_words_data WHERE id = 1").fetchone()
    total = _varint(head) if head else 0
    some = f"SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT {COUNTED_MAX}"  # noqa: S608
    count = f"SELECT count(*) FROM ({some})"  # noqa: S608
    counts = db.execute(" UNION ALL ".join([count] * len(phrases)), tuple(phrases)).fetchall()
    words = [
        _Word(
            phrase,
            rows,
            rarity(total=total, holding=rows),
            max(IDF_MIN, log((total - rows + 0.5) / (rows + 0.5))),
        )
        for phrase, [rows] in zip(phrases, counts, strict=True)
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
    strength, held = dict[int, float](), dict[int, float]()
    cursor = db.cursor()
    cursor.row_factory = None  # Plain pairs: there are many.
    for word in words:
        # A single word may have more rows than are wanted: then its best ones.
        many = word.rows > SCORED_MAX
        factor = word.weight / word.idf
        for row, rank in cursor.execute(
            f"""SELECT rowid, rank FROM passage_words WHERE passage_words MATCH ?
                AND rank MATCH 'bm25({TITLE_WEIGHT}, 1.0)' {inside}
                {"ORDER BY rank" if many else ""} LIMIT ?""",  # noqa: S608
            (word.phrase, *values, SCORED_MAX if many else -1),
        ):
            strength[row] = strength.get(row, 0.0) - rank * factor
            held[row] = held.get(row, 0.0) + word.weight
    return _Sums(strength, held)


def _in_scope(db: sqlite3.Connection, rows: Sequence[int], scope: Scope, limit: int) -> list[int]:
    """Return the first `limit` of rows that are in `scope`."""
    condition, values = where(scope)
    kept: list[int] = []
    for some in batches(rows, 2 * limit):
        # CROSS: from the passages to their documents, never through a whole project.
        inside = db.execute(
            f"""SELECT passages.id FROM passages CROSS JOIN documents ON documents.id = document_id
                WHERE passages.id IN ({marks(len(some))}) AND {condition}""",  # noqa: S608
            (*some, *values),
        )
        there = {found[0] for found in inside}
        kept += [row for row in some if row in there]
        if len(kept) >= limit:
            break
    return kept[:limit]


def _varint(record: bytes) -> int:
    """Read the number that a record of SQLite begins with: seven bits a byte, high ones first."""
    number = 0
    for byte in record[:8]:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return number
