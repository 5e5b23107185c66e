"""A `Scope` as a WHERE clause."""

import sqlite3
from typing import Final, TypeAlias

from ltmc_server.model import Scope, now
from ltmc_server.stores.sqlite.rows import to_us

Clause: TypeAlias = tuple[str, list[object]]
"""SQL over a table `documents`, and its values."""


ALIVE: Final = "(documents.expires_us IS NULL OR documents.expires_us > ?)"
"""That a row of `documents` has not expired; its value is the time, by `to_us(now())`."""

LAST_CHARACTER: Final = "\U0010ffff"
"""After it comes no other, in the order of Unicode and of the bytes of UTF-8."""


def unexpired() -> Clause:
    """Return the condition that a row of `documents` has not expired by now."""
    return ALIVE, [to_us(now())]


def first_expiry(db: sqlite3.Connection, project_id: str) -> int | None:
    """Return when the first of the project's documents expires or has; None if none does."""
    sql = "SELECT min(expires_us) FROM documents WHERE project_id = ? AND expires_us IS NOT NULL"
    found: int | None = db.execute(sql, (project_id,)).fetchone()[0]
    return found


def is_past(expires_us: int | None) -> bool:
    """Tell whether what expires then has expired."""
    return expires_us is not None and expires_us <= to_us(now())


def where(scope: Scope) -> Clause:
    """Return the condition that a row of `documents` is in `scope` and has not expired."""
    terms = ["documents.project_id = ?", ALIVE]
    values: list[object] = [scope.project_id, to_us(now())]
    for term, value in (
        ("documents.conversation_id = ?", scope.conversation_id),
        ("resource_type = ?", scope.resource_type),
        ("created_us >= ?", scope.created_after and to_us(scope.created_after)),
        ("created_us < ?", scope.created_before and to_us(scope.created_before)),
        # As a range, for which there is an index.
        ("documents.file_name >= ?", scope.folder or None),
        ("documents.file_name < ?", scope.folder + LAST_CHARACTER if scope.folder else None),
    ):
        if value is not None:
            terms.append(term)
            values.append(value)
    for tag in scope.tags:
        terms.append("EXISTS (SELECT 1 FROM json_each(documents.tags) WHERE value = ?)")
        values.append(tag)
    return " AND ".join(terms), values
