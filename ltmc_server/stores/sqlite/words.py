"""Queries in FTS5's language, from which no text of a caller can escape."""

import sqlite3
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from ltmc_server.stores.full_text import share, weight
from ltmc_server.stores.sqlite.rows import marks

Table: TypeAlias = Literal["todo_words", "message_words", "attempt_words"]

CANDIDATES_MIN: Final = 50
"""Rows that BM25 proposes and `shares` ranks, for each search."""


def all_of(words: Sequence[str]) -> str:
    """Match what holds each word, or a word that begins with it."""
    return " AND ".join(map(_beginning, words))


def any_of(words: Sequence[str]) -> str:
    """Match what holds any of the words, or a word that begins with one."""
    return " OR ".join(map(_beginning, words))


def shares(
    db: sqlite3.Connection, table: Table, words: Sequence[str], rows: Sequence[int]
) -> dict[int, float]:
    """Return how much of a query's weight each row holds."""
    # The names are those of `Table`; every value of the caller is bound.
    total = db.execute(f"SELECT count(*) FROM {table}_docsize").fetchone()[0]  # noqa: S608
    count = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"  # noqa: S608
    among = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid IN ({marks(len(rows))})"  # noqa: S608
    weights: dict[str, float] = {}
    held: dict[int, list[str]] = {row: [] for row in rows}
    for word in words:
        holding = db.execute(count, (_beginning(word),)).fetchone()[0]
        weights[word] = weight(total=total, holding=holding)
        for [row] in db.execute(among, (_beginning(word), *rows)):
            held[row].append(word)
    return {row: share(weights, some) for row, some in held.items()}


def _beginning(word: str) -> str:
    assert '"' not in word, "a word is letters and digits"
    return f'"{word}"*'
