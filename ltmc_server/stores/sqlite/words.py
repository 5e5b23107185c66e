"""Queries in FTS5's language, from which no text of a caller can escape."""

import sqlite3
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from ltmc_server.stores.full_text import share, weight
from ltmc_server.stores.spacing import composed, is_run, pairs, parted, spaced
from ltmc_server.stores.sqlite.rows import marks

Table: TypeAlias = Literal["todo_words", "message_words", "attempt_words"]

CANDIDATES_MIN: Final = 50
"""Rows that BM25 proposes and `shares` ranks, for each search."""


def define(connection: sqlite3.Connection) -> None:
    """Give a connection the function that the triggers of the record call."""
    connection.create_function(
        "spaced", 1, lambda text: None if text is None else spaced(text), deterministic=True
    )


def phrase(word: str) -> str:
    """Match what holds a word, whatever it is made of: its tokens together, in order.

    What it holds is text, never an operator. A run ends where the word does and goes on where
    the text does, so of its last letter only the beginning of a pair may be known.
    """
    if word.isascii():
        return _quoted(word) + '"'
    parts = parted(composed(word))
    while len(parts) > 1 and not any(map(str.isalnum, parts[-1])):
        parts.pop()
    open_ended = bool(parts) and is_run(parts[-1])
    if open_ended:
        parts[-1] = " ".join(pairs(parts[-1]))
    text = " ".join([*map(spaced, parts[:-1]), *parts[-1:]])
    begins = open_ended and len(parts[-1]) == 1
    return _quoted(text) + ('"*' if begins else '"')


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\x00", " ")


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
