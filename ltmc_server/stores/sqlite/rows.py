"""Values of ours as SQLite keeps them, and back."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any, Final, TypeVar

import orjson

from ltmc_server.model import Document
from ltmc_server.stores.messages import Message

_Value = TypeVar("_Value")

DOCUMENT_COLUMNS: Final = (
    *("id", "project_id", "file_name", "resource_type", "conversation_id", "tags", "metadata"),
    *("version", "chars", "chunk_count", "created_us", "updated_us", "event_us", "expires_us"),
)
"""Of `documents`, what a `Document` is made of, its text excepted."""

DOCUMENT: Final = ", ".join(f"documents.{name}" for name in DOCUMENT_COLUMNS)
"""The same, as a statement has them."""

_columns_of: Final = itemgetter(*DOCUMENT_COLUMNS)

IDS_MAX: Final = 500
"""Values in one statement; SQLite takes 999 at the least."""

ALIKE: Final = 100
"""Values in one statement that is to be the same for any number of them."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


def to_us(moment: datetime) -> int:
    """Return microseconds since 1970: exact, where a float of seconds would round."""
    return (moment - EPOCH) // MICROSECOND


def to_us_or_none(moment: datetime | None) -> int | None:
    """Return microseconds since 1970, or None for None."""
    return None if moment is None else to_us(moment)


def from_us(microseconds: int) -> datetime:
    """Return the moment that `to_us` wrote down."""
    return EPOCH + microseconds * MICROSECOND


def from_us_or_none(microseconds: int | None) -> datetime | None:
    """Return the moment that `to_us_or_none` wrote down."""
    return None if microseconds is None else from_us(microseconds)


def in_one_row(sql: str, columns: Sequence[str]) -> str:
    """Return an expression that holds all rows of a SELECT, for `rows_of`; none may hold a BLOB.

    Python lets go of the interpreter at each row it asks SQLite for, and where a thread is at work
    beside it waits to have it back: for twenty rows, twenty times.
    """
    # Every name is ours.
    return f"(SELECT json_group_array(json_array({', '.join(columns)})) FROM ({sql}))"  # noqa: S608


def rows_of(found: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows that `in_one_row` found, by the names of their columns."""
    return [dict(zip(columns, row, strict=True)) for row in orjson.loads(found)]


def marks(count: int) -> str:
    """Return `?, ?, ?`: as many placeholders as there are values."""
    return ", ".join("?" * count)


def to_document(row: sqlite3.Row, content: str | None = None) -> Document:
    """Read a row of `documents`."""
    return document_of(_columns_of(row), content)


def document_of(values: Sequence[Any], content: str | None = None) -> Document:
    """Read the values of `DOCUMENT_COLUMNS`, in their order."""
    # By place: sqlite3 finds a name by comparing it with all that stand before it.
    id, project_id, file_name, resource_type, conversation_id, tags, metadata = values[:7]
    version, chars, chunk_count, created_us, updated_us, event_us, expires_us = values[7:]
    return Document(
        id=id,
        project_id=project_id,
        file_name=file_name,
        resource_type=resource_type,
        conversation_id=conversation_id,
        tags=tuple(orjson.loads(tags)),
        metadata=orjson.loads(metadata),
        version=version,
        chars=chars,
        chunk_count=chunk_count,
        created_at=from_us(created_us),
        updated_at=from_us(updated_us),
        event_time=from_us_or_none(event_us),
        expires_at=from_us_or_none(expires_us),
        content=content,
    )


def to_message(row: sqlite3.Row) -> Message:
    """Read a row of `messages`."""
    return Message(
        id=row["id"],
        project_id=row["project_id"],
        conversation_id=row["conversation_id"],
        role=row["role"],
        content=row["content"],
        agent_name=row["agent_name"],
        source_tool=row["source_tool"],
        metadata=orjson.loads(row["metadata"]),
        created_at=from_us(row["created_us"]),
    )


def alike(values: Iterable[_Value], size: int = ALIKE) -> Iterator[tuple[_Value, ...]]:
    """Yield values in their order, `size` together, the last filled up with the very last one.

    A statement over them is then one text whatever their number, which SQLite compiles once.
    """
    rest = iter(values)
    while some := tuple(islice(rest, size)):
        yield some + some[-1:] * (size - len(some))


def batches(values: Sequence[_Value], most: int = IDS_MAX) -> Iterator[tuple[_Value, ...]]:
    """Yield values in their order, `most` together, and no more than one statement takes."""
    rest = iter(values)
    while some := tuple(islice(rest, min(most, IDS_MAX))):
        yield some


def plain(db: sqlite3.Connection) -> sqlite3.Cursor:
    """Return a cursor that gives tuples: where there are many, or many columns."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor
