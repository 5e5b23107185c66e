"""Todos, messages and attempts by their words: those that hold most of a query, or all of it.

A common word is in most rows of a table, and to look one up takes ten times as long as FTS5 takes
to name it. So rows are ranked by what FTS5 says, and only the best are looked up; and of a table
with many rows a thread does it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, TypeVar

from ltmc_server.stores.full_text import weight
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import ALIKE, alike, marks, plain
from ltmc_server.stores.sqlite.words import beginning

_Result = TypeVar("_Result")

Predicate: TypeAlias = tuple[str, Sequence[object]]
"""SQL over a table, and its values."""

Table: TypeAlias = Literal["todo_words", "message_words", "attempt_words"]

Passages: TypeAlias = Literal["passage_words"]
"""Of which there is more to say than what is here."""

SOURCES: Final[Mapping[Table, str]] = {
    "todo_words": "todos AS t",
    "message_words": "messages AS m",
    "attempt_words": "attempts AS a",
}
"""What the words are of: `number` there is `rowid` in the table of words."""


async def search(
    database: Database,
    table: Table | Passages,
    doing: str,
    work: Callable[[sqlite3.Connection], _Result],
) -> _Result:
    """Run `work`, which looks for words in a table: in a thread if there are many rows.

    Its statements all see the record as it is at the first of them.
    """
    newest = f"SELECT max(id) FROM {table}_docsize"  # noqa: S608
    return await database.read_many(doing, work, newest=newest)


def holding(table: Table, alias: str) -> str:
    """Return what a SELECT of rows that hold what is asked for comes FROM, from FTS5 to the rows.

    The other way around all rows would be gone through, of which most hold nothing of it.
    """
    return f"{table} CROSS JOIN {SOURCES[table]} ON {alias}.number = {table}.rowid"


def best(
    db: sqlite3.Connection, table: Table, words: Sequence[str], inside: Predicate, limit: int
) -> list[tuple[sqlite3.Row, float]]:
    """Return rows that hold words, or words that begin with them, and their shares of the query.

    Those with the greatest share first, the newest of equals; `limit` at the most.

    Args:
        db: the record.
        table: where the words are looked for.
        words: of the query, all different, one at the least.
        inside: a predicate over the source of the table, and its values.
        limit: so many are wanted.
    """
    condition, values = inside
    sql = f"""SELECT * FROM {SOURCES[table]}
              WHERE number IN ({marks(ALIKE)}) AND {condition}"""  # noqa: S608
    found: list[tuple[sqlite3.Row, float]] = []
    for some in _ranked(db, table, words, limit):
        [numbers] = alike(some)
        rows = {row["number"]: row for row in db.execute(sql, (*numbers, *values))}
        found += [(rows[number], share) for number, share in some.items() if number in rows]
        if len(found) >= limit:
            break
    return found[:limit]


def _ranked(
    db: sqlite3.Connection, table: Table, words: Sequence[str], first: int
) -> Iterator[Mapping[int, float]]:
    """Yield all rows that hold any of the words, numbers and shares, in the order of `best`."""
    weights = _weights(db, table, words)
    # The names are those of `Table`; every value of the caller is bound.
    each = f"SELECT rowid AS number, ? AS weight FROM {table} WHERE {table} MATCH ?"  # noqa: S608
    # Rounded as `full_text.share` is: the order in which weights are added must not tell.
    sql = f"""
        SELECT number, round(sum(weight) / ?, 4) AS share
        FROM ({" UNION ALL ".join([each] * len(words))})
        GROUP BY number ORDER BY share DESC, number DESC LIMIT ? OFFSET ?"""  # noqa: S608
    held = [value for word in words for value in (weights[word], beginning(word))]
    asked = (sum(weights.values()), *held)
    # To sort out the first takes half as long as to sort all. In a record of one project they are
    # what is wanted, in one of many the others may be.
    for limit, offset in ((first, 0), (-1, first)):
        cursor, seen = plain(db).execute(sql, (*asked, limit, offset)), 0
        while some := dict(cursor.fetchmany(ALIKE)):
            seen += len(some)
            yield some
        if seen < first:
            return


def _weights(db: sqlite3.Connection, table: Table, words: Sequence[str]) -> dict[str, float]:
    cursor = plain(db)
    [total] = cursor.execute(f"SELECT count(*) FROM {table}_docsize").fetchone()  # noqa: S608
    count = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"  # noqa: S608
    counts = {word: cursor.execute(count, (beginning(word),)).fetchone()[0] for word in words}
    return {word: weight(total=total, holding=counts[word]) for word in words}
