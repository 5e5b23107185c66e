"""The passages of a document, written together with the vectors they have."""

import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Final

from ltmc_server.model import DocumentId, Piece
from ltmc_server.stores.sqlite.rows import batches

CHANGES_KEPT: Final = 100_000
"""Length of the change log; a view that is further behind loads everything anew."""

CHANGES_CUT_EVERY: Final = 100
"""Passages after which the log is cut to its length; looking costs as much as writing one."""

PIECES_AT_ONCE: Final = 32
"""Passages of a text that is written beside other calls; a longer one goes to a thread."""

PIECES_TOGETHER: Final = 32
"""Passages in one statement: FTS5 writes its index out before each statement that has triggers,
so many passages in one cost one such writing, and each in its own as many as there are."""

INSERT: Final = "INSERT INTO passages (document_id, start, title, text, digest) VALUES {rows}"
ROW: Final = "(?, ?, ?, ?, ?)"


def is_long(pieces: Sequence[Piece]) -> bool:
    """Tell whether writing so many passages takes so long that calls beside it would notice."""
    return len(pieces) > PIECES_AT_ONCE


def write_pieces(
    db: sqlite3.Connection,
    pieces: Sequence[Piece],
    *,
    owner: tuple[DocumentId, str],
    model: str | None,
) -> int:
    """Write the passages of a document (its id and file name) with the vectors they have.

    Without a model the vectors are left out. Returns how many passages wait for one.
    """
    unembedded, is_full = 0, False
    for some in batches(pieces, PIECES_TOGETHER):
        ids = _written(db, some, owner)
        ready = [
            (id, model, piece.vector)
            for id, piece in zip(ids, some, strict=True)
            if piece.vector is not None and model is not None
        ]
        db.executemany("INSERT INTO vectors VALUES (?, ?, ?)", ready)
        if len(ready) < len(some):
            waiting = set(ids).difference(id for id, _, _ in ready)
            db.executemany(
                "INSERT INTO unembedded VALUES (?, 0)", [(id,) for id in sorted(waiting)]
            )
            unembedded += len(waiting)
        is_full = is_full or any(id % CHANGES_CUT_EVERY == 0 for id in ids)
    if is_full:
        newest = "SELECT max(seq) FROM changes"
        db.execute(f"DELETE FROM changes WHERE seq <= ({newest}) - ?", (CHANGES_KEPT,))  # noqa: S608
    return unembedded


def _written(
    db: sqlite3.Connection, pieces: Sequence[Piece], owner: tuple[DocumentId, str]
) -> list[int]:
    """Write the rows of passages; return their ids, in the order of the passages."""
    id, file_name = owner
    values = [
        value
        for piece in pieces
        for value in (id, piece.start, file_name, piece.text, piece.digest)
    ]
    if len(pieces) == 1:  # As most texts are; RETURNING takes longer.
        only = db.execute(INSERT.format(rows=ROW), values).lastrowid
        assert only is not None, "an INSERT has given it"
        return [only]
    # In which order they come back, SQLite does not promise; no two begin at the same place.
    id_of = {row["start"]: row["id"] for row in db.execute(_returning(len(pieces)), values)}
    return [id_of[piece.start] for piece in pieces]


@cache
def _returning(count: int) -> str:
    return INSERT.format(rows=", ".join([ROW] * count)) + " RETURNING id, start"
