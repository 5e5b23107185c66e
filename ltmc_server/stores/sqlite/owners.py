"""Whose passages are, remembered: it never changes while they are there.

A question looks at some hundred passages, and to name the document and the project of one SQLite
has to search three trees. What is remembered costs a look into a dictionary.
"""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from ltmc_server.model import DocumentId, PassageId, Scope
from ltmc_server.stores.sqlite.rows import alike, marks
from ltmc_server.stores.sqlite.scopes import Clause, expired, unexpired, where

KEPT_MAX: Final = 50_000
"""Passages whose owners are remembered, in 14 MB; with one more, the older half is forgotten."""

OWNED: Final = "passages CROSS JOIN documents ON documents.id = document_id"
"""CROSS: from the passages to their documents, never through a whole project."""


class Owner(NamedTuple):
    """What a passage belongs to."""

    document_id: DocumentId
    project_id: str


@dataclass(slots=True)
class Owners:
    """The owners of passages that were asked for lately; those that went are not among them."""

    known: dict[PassageId, Owner] = field(default_factory=dict)

    def of(self, db: sqlite3.Connection, ids: Collection[PassageId]) -> Mapping[PassageId, Owner]:
        """Return the owner of each passage that is there; to be asked after `Remembered.follow`."""
        found = {id: self.known[id] for id in ids if id in self.known}
        if len(found) < len(ids):
            fresh = _read(db, [id for id in ids if id not in found])
            self._keep(fresh)
            found |= fresh
        return found

    def inside(
        self, db: sqlite3.Connection, ids: Collection[PassageId], scope: Scope
    ) -> Mapping[PassageId, DocumentId]:
        """Return the documents of those of `ids` that are in `scope`, in any order."""
        if not scope.is_whole_project or expired(db, scope.project_id):
            return _inside(db, ids, where(scope))
        return {
            id: owner.document_id
            for id, owner in self.of(db, ids).items()
            if owner.project_id == scope.project_id
        }

    def alive(
        self, db: sqlite3.Connection, ids: Collection[PassageId]
    ) -> Mapping[PassageId, DocumentId]:
        """Return the documents of those of `ids` that are there and have not expired."""
        owners = self.of(db, ids)
        projects = {owner.project_id for owner in owners.values()}
        if any(expired(db, project_id) for project_id in projects):
            return _inside(db, ids, unexpired())
        return {id: owner.document_id for id, owner in owners.items()}

    def _keep(self, fresh: Mapping[PassageId, Owner]) -> None:
        if len(self.known) + len(fresh) > KEPT_MAX:
            for id in list(islice(self.known, max(len(fresh), KEPT_MAX // 2))):
                del self.known[id]
        if len(fresh) <= KEPT_MAX:
            self.known.update(fresh)


def _read(db: sqlite3.Connection, ids: Collection[PassageId]) -> dict[PassageId, Owner]:
    cursor = _plain(db)
    return {
        id: Owner(document_id, project_id)
        for some in alike(ids)
        for id, document_id, project_id in cursor.execute(
            f"""SELECT passages.id, document_id, project_id FROM {OWNED}
                WHERE passages.id IN ({marks(len(some))})""",  # noqa: S608
            some,
        )
    }


def _inside(
    db: sqlite3.Connection, ids: Collection[PassageId], clause: Clause
) -> dict[PassageId, DocumentId]:
    condition, values = clause
    cursor = _plain(db)
    return {
        id: document_id
        for some in alike(ids)
        for id, document_id in cursor.execute(
            f"""SELECT passages.id, document_id FROM {OWNED}
                WHERE passages.id IN ({marks(len(some))}) AND {condition}""",  # noqa: S608
            (*some, *values),
        )
    }


def _plain(db: sqlite3.Connection) -> sqlite3.Cursor:
    """Return a cursor that gives tuples: there are many of them."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor
