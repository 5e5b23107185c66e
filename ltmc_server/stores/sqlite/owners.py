"""Whose passages are, remembered: it never changes while they are there.

A question looks at some hundred passages, and to name the document and the project of one SQLite
has to search three trees. What is remembered costs a look into a dictionary.
"""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import field
from itertools import islice
from typing import Final, NamedTuple

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, PassageId, Scope
from ltmc_server.stores.sqlite.rows import alike, marks, plain
from ltmc_server.stores.sqlite.scopes import Clause, first_expiry, is_past, unexpired, where

KEPT_MAX: Final = 50_000
"""Passages whose owners are remembered, in 14 MB; with one more, the older half is forgotten."""

PROJECTS_MAX: Final = 1_000
"""Projects of which it is remembered when the first text expires."""

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
    expiries: dict[str, int | None] = field(default_factory=dict)
    """By project: `first_expiry`, until anything is written."""

    def of(
        self, db: sqlite3.Connection, ids: Collection[PassageId], home: str | None = None
    ) -> Mapping[PassageId, Owner]:
        """Return the owner of each passage that is there; to be asked after `Remembered.follow`."""
        known = self.known.get
        found = {id: owner for id in ids if (owner := known(id)) is not None}
        if len(found) < len(ids):
            fresh = _read(db, [id for id in ids if id not in found], home)
            self._keep(fresh)
            found |= fresh
        return found

    def inside(
        self, db: sqlite3.Connection, ids: Collection[PassageId], scope: Scope
    ) -> Mapping[PassageId, DocumentId]:
        """Return the documents of those of `ids` that are in `scope`, in any order."""
        if not scope.is_whole_project or self.any_expired(db, scope.project_id):
            return _inside(db, ids, where(scope))
        return {
            id: document_id
            for id, (document_id, project_id) in self.of(db, ids).items()
            if project_id == scope.project_id
        }

    def alive(
        self, db: sqlite3.Connection, ids: Collection[PassageId], home: str | None = None
    ) -> dict[PassageId, DocumentId]:
        """Return the documents of those of `ids` that are there and have not expired.

        Args:
            db: to be asked after `Remembered.follow`.
            ids: of passages.
            home: their project, where that is known.
        """
        owners = self.of(db, ids, home)
        projects = {owner.project_id for owner in owners.values()}
        if any(self.any_expired(db, project_id) for project_id in projects):
            return _inside(db, ids, unexpired())
        return {id: document_id for id, (document_id, _) in owners.items()}

    def any_expired(self, db: sqlite3.Connection, project_id: str) -> bool:
        """Tell whether documents of the project have expired and are not yet deleted."""
        if project_id not in self.expiries:
            if len(self.expiries) >= PROJECTS_MAX:
                self.expiries.clear()
            self.expiries[project_id] = first_expiry(db, project_id)
        return is_past(self.expiries[project_id])

    def learn(self, project_id: str, documents: Mapping[PassageId, DocumentId]) -> None:
        """Remember whose passages of a project are, as far as there is room.

        They are to be read after `Remembered.follow`: what goes later is then noticed.
        """
        if len(self.known) + len(documents) <= KEPT_MAX:
            self.known.update((id, Owner(of, project_id)) for id, of in documents.items())

    def _keep(self, fresh: Mapping[PassageId, Owner]) -> None:
        if len(self.known) + len(fresh) > KEPT_MAX:
            for id in list(islice(self.known, max(len(fresh), KEPT_MAX // 2))):
                del self.known[id]
        if len(fresh) <= KEPT_MAX:
            self.known.update(fresh)


def _read(
    db: sqlite3.Connection, ids: Collection[PassageId], home: str | None
) -> dict[PassageId, Owner]:
    cursor = plain(db)
    # Where the project is known, one tree is searched for each in place of three.
    project, source = ("?", "passages") if home else ("project_id", OWNED)
    return {
        id: Owner(document_id, project_id)
        for some in alike(ids)
        for id, document_id, project_id in cursor.execute(
            f"""SELECT passages.id, document_id, {project} FROM {source}
                WHERE passages.id IN ({marks(len(some))})""",  # noqa: S608
            (home, *some) if home else some,
        )
    }


def _inside(
    db: sqlite3.Connection, ids: Collection[PassageId], clause: Clause
) -> dict[PassageId, DocumentId]:
    condition, values = clause
    cursor = plain(db)
    return {
        id: document_id
        for some in alike(ids)
        for id, document_id in cursor.execute(
            f"""SELECT passages.id, document_id FROM {OWNED}
                WHERE passages.id IN ({marks(len(some))}) AND {condition}""",  # noqa: S608
            (*some, *values),
        )
    }
