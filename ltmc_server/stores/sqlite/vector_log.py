"""Vectors as a view reads them: page by page, and from then on by the change log."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, PassageId
from ltmc_server.stores.interfaces import Changes, Place, VectorPage
from ltmc_server.stores.sqlite.rows import batches, marks, plain

# Each for itself: asked for both at once, SQLite reads the whole table.
SPAN: Final = """
    SELECT coalesce((SELECT min(seq) FROM changes), 0), coalesce((SELECT max(seq) FROM changes), 0)
    """

VECTORS: Final = """
    SELECT passage_id, project_id, vector FROM vectors
    JOIN passages ON passages.id = passage_id JOIN documents ON documents.id = document_id
    WHERE model = ?"""

BEGINNING: Final = (-(2**63), 0, 0)

# In the order of an index, so that a page is read and nothing is sorted; with passages that have
# no vector, so that a page is never a long way to the next that has one.
PAGE: Final = """
    SELECT created_us, documents.rowid, passages.id, vector, document_id FROM documents
    CROSS JOIN passages ON document_id = documents.id
    LEFT JOIN vectors ON passage_id = passages.id AND model = ?
    WHERE project_id = ? AND (created_us, documents.rowid) >= (?, ?)
        AND (documents.rowid <> ? OR passages.id > ?)
    ORDER BY created_us, documents.rowid, passages.id LIMIT ?"""


def span(db: sqlite3.Connection) -> tuple[int, int]:
    """Return the oldest entry of the log that is still there, and the newest; 0 for none."""
    oldest, newest = db.execute(SPAN).fetchone()
    return oldest, newest


def reaches(span: tuple[int, int], seq: int) -> bool:
    """Tell whether a log of this span says all that changed after `seq`."""
    oldest, newest = span
    return oldest - 1 <= seq <= newest


@dataclass(frozen=True, slots=True)
class Since:
    """What is asked of the log."""

    seq: int | None
    model: str
    limit: int | None

    def __call__(self, db: sqlite3.Connection) -> Changes:
        """Return what changed; inside of a transaction, or a write could fall between."""
        found = span(db)
        if self.seq == found[1]:
            return Changes(seq=self.seq)
        if self.seq is None or not reaches(found, self.seq):
            return Changes(seq=found[1], added=_vectors(db, self.model), whole=True)
        rows = db.execute(
            "SELECT seq, passage_id, removed FROM changes WHERE seq > ? ORDER BY seq LIMIT ?",
            (self.seq, -1 if self.limit is None else self.limit),
        ).fetchall()
        removed = {row["passage_id"] for row in rows if row["removed"]}
        added = {row["passage_id"] for row in rows} - removed
        return Changes(
            seq=rows[-1]["seq"],
            added=_vectors(db, self.model, sorted(added)),
            removed=sorted(removed),
        )


def page(
    db: sqlite3.Connection, project_id: str, model: str, after: Place, limit: int
) -> tuple[VectorPage, Mapping[PassageId, DocumentId]]:
    """Return the vectors of the next passages of a project, in the order of their documents.

    With them comes of which document each of these passages is.
    """
    created_us, place, passage = after or BEGINNING
    values = (model, project_id, created_us, place, place, passage, limit)
    rows = plain(db).execute(PAGE, values).fetchall()
    found = VectorPage(
        rows=[(id, vector) for _, _, id, vector, _ in rows if vector is not None],
        end=rows[-1][:3] if len(rows) == limit else None,
    )
    return found, {id: document_id for _, _, id, _, document_id in rows}


def _vectors(
    db: sqlite3.Connection, model: str, only: Sequence[int] | None = None
) -> list[tuple[PassageId, str, bytes]]:
    if only is None:
        rows = db.execute(VECTORS, (model,)).fetchall()
    else:
        rows = [
            row
            for some in batches(only)
            for row in db.execute(
                f"{VECTORS} AND passage_id IN ({marks(len(some))})", (model, *some)
            )
        ]
    return [(PassageId(id), project, vector) for id, project, vector in rows]
