"""Rows that hold several of a question's words, where each of them is in many rows.

To score all rows of a common word takes milliseconds, and says little: of two common words it is
the rows with both that tell. So they are looked for first, which is fifty times cheaper than
scoring, with more of the words as long as there are too many; those are scored by all words.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import PassageId
from ltmc_server.stores.sqlite.rows import plain

SCORED_MAX: Final = 500
"""Rows that the words of a question may have, summed up; scoring them takes half a millisecond."""

ENOUGH: Final = 100
"""Rows that are looked for at the least; as many as most questions make candidates of."""

AMONG: Final = 4
"""The rarest words, of which a row has to hold some."""

TITLE_WEIGHT: Final = 0.5
"""Of a word in the file name, beside 1 in the text."""

RANKED: Final = f"""
    SELECT rowid, bm25(passage_words, {TITLE_WEIGHT}, 1.0) FROM passage_words
    WHERE passage_words MATCH ?"""  # noqa: S608

_COUNT: Final = """
    SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT ?)"""

_NEWEST: Final = f"{RANKED} ORDER BY rowid DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question, and how rare it is."""

    phrase: str
    rows: int
    weight: float
    idf: float
    """As FTS5 counts it."""


_Query: TypeAlias = tuple[str, Sequence[Word]]
"""In FTS5's language; and the words in it, as often as they stand in it."""


def together(db: sqlite3.Connection, words: Sequence[Word]) -> dict[PassageId, float]:
    """Return how well rows hold words of which they have two at least.

    About 1 is a row of average length with each of the words once. There are at the most twice
    `SCORED_MAX`; of rows that hold as many of the words, the newest.

    Args:
        db: the record.
        words: two or more, the rarest first.
    """
    cursor = plain(db)
    found: dict[PassageId, float] = {}
    looser: _Query | None = None
    for level in _levels(words):
        [[rows]] = cursor.execute(_COUNT, (level[0], SCORED_MAX + 1))
        if rows <= SCORED_MAX:
            found = _scored(cursor, level, words)
            break
        looser = level
    if looser and len(found) < ENOUGH:
        found = _scored(cursor, looser, words) | found
    return found


def at_least(count: int, words: Sequence[Word]) -> _Query:
    """Match what holds so many of the words, one or more."""
    if count == 1 or count == len(words):
        return (" OR " if count == 1 else " AND ").join(word.phrase for word in words), words
    first, rest = words[0], words[1:]
    (with_first, some), (without, others) = at_least(count - 1, rest), at_least(count, rest)
    return f"({first.phrase} AND ({with_first})) OR ({without})", [first, *some, *others]


def _levels(words: Sequence[Word]) -> Iterator[_Query]:
    """Yield queries, each of which finds fewer rows than the one before."""
    few = words[:AMONG]
    for count in range(2, len(few) + 1):
        yield at_least(count, few)
    for count in range(len(few) + 1, len(words) + 1):
        yield at_least(count, words[:count])


def _scored(cursor: sqlite3.Cursor, level: _Query, words: Sequence[Word]) -> dict[PassageId, float]:
    """Score the newest rows that a query finds, by all of the words."""
    text, used = level
    others = [word for word in words if word not in used]
    if others:
        # A row with two of the four rarest has one of the first three: this loses none, and has
        # the others counted.
        optional, more = at_least(1, [*words[: AMONG - 1], *others])
        text, used = f"({text}) AND ({optional})", [*used, *more]
    most = sum(word.idf for word in used)
    return {row: -rank / most for row, rank in cursor.execute(_NEWEST, (text, SCORED_MAX))}
