"""Queries in FTS5's language, from which no text of a caller can escape."""

import sqlite3
from collections.abc import Sequence

from ltmc_server.stores.spacing import composed, is_run, pairs, parted, spaced


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
    return " AND ".join(map(beginning, words))


def beginning(word: str) -> str:
    """Match what holds a word of `query_words`, or a word that begins with it."""
    assert '"' not in word, "a word is letters and digits"
    return f'"{word}"*'
