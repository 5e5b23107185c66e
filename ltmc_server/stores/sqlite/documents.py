"""Documents, their versions and their passages, written together."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import orjson

from ltmc_server.model import (
    Document,
    DocumentId,
    Draft,
    Page,
    Piece,
    Scope,
    Stored,
    Version,
    new_id,
    now,
)
from ltmc_server.stores.drafts import check_repeat, check_version, digest_of, request_digest
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.embedding import current_model
from ltmc_server.stores.sqlite.rows import from_us, marks, to_document, to_us, to_us_or_none
from ltmc_server.stores.sqlite.scopes import ALIVE, where

IDEMPOTENCY_KEYS_MAX: Final = 100_000
"""Keys that are remembered; the oldest are forgotten first."""

CHANGES_KEPT: Final = 100_000
"""Length of the change log; a view that is further behind loads everything anew."""


@dataclass(frozen=True, slots=True)
class _Edition:
    """One version of a document, about to be written."""

    id: DocumentId
    version: int
    moment: int
    """Microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class SqliteDocuments:
    """A `DocumentStore` in the record."""

    database: Database

    async def put(self, draft: Draft, pieces: Sequence[Piece], *, model: str) -> Stored:
        work = partial(_put, draft=draft, pieces=pieces, model=model)
        return await self.database.write(f"storing {draft.file_name!r}", work)

    async def get(self, project_id: str, *, id: str = "", file_name: str = "") -> Document | None:
        condition, values = where(Scope(project_id=project_id))
        key, value = ("id", id) if id else ("file_name", file_name)
        sql = f"""
            SELECT documents.*, content FROM documents
            JOIN versions ON document_id = id AND versions.version = documents.version
            WHERE {condition} AND documents.{key} = ?
        """  # noqa: S608  the condition holds placeholders only
        row = self.database.read(
            "reading a document", lambda db: db.execute(sql, (*values, value)).fetchone()
        )
        return row and to_document(row, row["content"])

    async def page(self, scope: Scope, *, limit: int, offset: int) -> Page[Document]:
        condition, values = where(scope)
        sql = f"""
            SELECT * FROM documents WHERE {condition}
            ORDER BY created_us DESC, id DESC LIMIT ? OFFSET ?
        """  # noqa: S608
        count = f"SELECT count(*) FROM documents WHERE {condition}"  # noqa: S608

        def work(db: sqlite3.Connection) -> Page[Document]:
            rows = db.execute(sql, (*values, limit, offset)).fetchall()
            total = db.execute(count, values).fetchone()[0]
            return Page.of([to_document(row) for row in rows], total=total, offset=offset)

        return self.database.read("listing documents", work)

    async def remove(self, ids: Sequence[DocumentId]) -> int:
        def work(db: sqlite3.Connection) -> int:
            sql = f"DELETE FROM documents WHERE id = ? AND {ALIVE}"  # noqa: S608
            moment = to_us(now())
            # One by one, each in the same transaction: no bound on how many there are.
            return sum(db.execute(sql, (id, moment)).rowcount for id in ids)

        return await self.database.write("deleting documents", work)

    async def versions(self, id: DocumentId) -> Sequence[Version]:
        sql = f"""
            SELECT versions.* FROM versions JOIN documents ON documents.id = document_id
            WHERE document_id = ? AND {ALIVE} ORDER BY versions.version DESC
        """  # noqa: S608
        values = (id, to_us(now()))
        rows = self.database.read("reading versions", lambda db: db.execute(sql, values).fetchall())
        return [
            Version(
                version=row["version"],
                content=row["content"],
                created_at=from_us(row["created_us"]),
            )
            for row in rows
        ]


def _put(db: sqlite3.Connection, draft: Draft, pieces: Sequence[Piece], model: str) -> Stored:
    moment, digest = to_us(now()), digest_of(draft.content)
    if (done := _repeated(db, draft)) is not None:
        return done
    _forget_expired(db, draft, moment)
    old = db.execute(
        "SELECT id, version, digest FROM documents WHERE project_id = ? AND file_name = ?",
        (draft.project_id, draft.file_name),
    ).fetchone()
    check_version(draft, old["version"] if old else 0)
    id = DocumentId(old["id"] if old else new_id("mem"))
    if old is None or old["digest"] != digest:
        edition = _Edition(id, old["version"] + 1 if old else 1, moment)
        _write_text(db, draft, len(pieces), edition)
        _write_passages(db, draft, pieces, id=id, model=model)
    _write_labels(db, draft, id=id, moment=moment)
    row = db.execute("SELECT * FROM documents WHERE id = ?", (id,)).fetchone()
    if draft.idempotency_key:
        _remember(db, draft, id=id, version=row["version"], moment=moment)
    return Stored(
        document=to_document(row),
        duplicate_of=_duplicate(db, draft, id, digest),
        unembedded=_unembedded(db, id),
    )


def _repeated(db: sqlite3.Connection, draft: Draft) -> Stored | None:
    """Return what the first call with this key did, if there was one and it can still be seen."""
    if not draft.idempotency_key:
        return None
    row = db.execute(
        f"""SELECT idempotency.digest AS request, idempotency.version AS made, documents.*
            FROM idempotency
            JOIN documents ON documents.id = document_id
            WHERE idempotency.project_id = ? AND key = ? AND {ALIVE}""",  # noqa: S608
        (draft.project_id, draft.idempotency_key, to_us(now())),
    ).fetchone()
    if row is None:
        return None
    check_repeat(draft, row["request"])
    return Stored(
        document=replace(to_document(row), version=row["made"]),
        duplicate_of=None,
        unembedded=_unembedded(db, row["id"]),
    )


def _forget_expired(db: sqlite3.Connection, draft: Draft, moment: int) -> None:
    """Delete a few documents whose time has come: the file shrinks without a job of its own."""
    db.execute(
        """DELETE FROM documents WHERE id IN
           (SELECT id FROM documents WHERE project_id = ? AND expires_us <= ? LIMIT 10)""",
        (draft.project_id, moment),
    )
    db.execute(
        "DELETE FROM documents WHERE project_id = ? AND file_name = ? AND expires_us <= ?",
        (draft.project_id, draft.file_name, moment),
    )


def _write_text(db: sqlite3.Connection, draft: Draft, chunk_count: int, edition: _Edition) -> None:
    db.execute(
        """INSERT INTO documents (id, project_id, file_name, resource_type, tags, metadata,
               version, chars, chunk_count, digest, created_us, updated_us)
           VALUES (?, ?, ?, '', '[]', '{}', ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET version = excluded.version, chars = excluded.chars,
               chunk_count = excluded.chunk_count, digest = excluded.digest""",
        (
            edition.id,
            draft.project_id,
            draft.file_name,
            edition.version,
            len(draft.content),
            chunk_count,
            digest_of(draft.content),
            edition.moment,
            edition.moment,
        ),
    )
    values = (edition.id, edition.version, draft.content, edition.moment)
    db.execute("INSERT INTO versions VALUES (?, ?, ?, ?)", values)


def _write_passages(
    db: sqlite3.Connection, draft: Draft, pieces: Sequence[Piece], *, id: DocumentId, model: str
) -> None:
    db.execute("DELETE FROM passages WHERE document_id = ?", (id,))
    write_pieces(db, pieces, owner=(id, draft.file_name), model=model)


def write_pieces(
    db: sqlite3.Connection, pieces: Sequence[Piece], *, owner: tuple[DocumentId, str], model: str
) -> None:
    """Write the passages of a document (its id and file name) with the vectors they have."""
    id, file_name = owner
    # Another process may have moved the record to another model since the vectors were made.
    is_current = current_model(db) in (None, model)
    for piece in pieces:
        row = db.execute(
            "INSERT INTO passages (document_id, start, title, text, digest) VALUES (?, ?, ?, ?, ?)",
            (id, piece.start, file_name, piece.text, piece.digest),
        )
        if piece.vector is not None and is_current:
            db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (row.lastrowid, model, piece.vector))
        else:
            db.execute("INSERT INTO unembedded VALUES (?, 0)", (row.lastrowid,))
    db.execute(
        "DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?", (CHANGES_KEPT,)
    )


def _write_labels(db: sqlite3.Connection, draft: Draft, *, id: DocumentId, moment: int) -> None:
    db.execute(
        """UPDATE documents SET resource_type = ?, conversation_id = ?, tags = ?, metadata = ?,
               event_us = ?, expires_us = ?, updated_us = ? WHERE id = ?""",
        (
            draft.resource_type,
            draft.conversation_id,
            orjson.dumps(draft.tags).decode(),
            orjson.dumps(draft.metadata).decode(),
            to_us_or_none(draft.event_time),
            to_us_or_none(draft.expires_at),
            moment,
            id,
        ),
    )


def _remember(
    db: sqlite3.Connection, draft: Draft, *, id: DocumentId, version: int, moment: int
) -> None:
    values = (draft.project_id, draft.idempotency_key, request_digest(draft), id, version, moment)
    # Replaces the key of a document that was deleted since.
    db.execute(f"INSERT OR REPLACE INTO idempotency VALUES ({marks(6)})", values)  # noqa: S608
    db.execute(
        """DELETE FROM idempotency WHERE (project_id, key) IN
           (SELECT project_id, key FROM idempotency ORDER BY created_us DESC LIMIT 10 OFFSET ?)""",
        (IDEMPOTENCY_KEYS_MAX,),
    )


def _unembedded(db: sqlite3.Connection, id: DocumentId) -> int:
    count = db.execute(
        """SELECT count(*) FROM passages JOIN unembedded ON passage_id = id
           WHERE document_id = ?""",
        (id,),
    ).fetchone()[0]
    return int(count)


def _duplicate(
    db: sqlite3.Connection, draft: Draft, id: DocumentId, digest: bytes
) -> DocumentId | None:
    row = db.execute(
        f"""SELECT id FROM documents
            WHERE project_id = ? AND digest = ? AND id <> ? AND {ALIVE} LIMIT 1""",  # noqa: S608
        (draft.project_id, digest, id, to_us(now())),
    ).fetchone()
    return row and DocumentId(row["id"])
