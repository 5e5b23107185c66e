"""Documents, their versions and their passages, written together."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import orjson

from ltmc_server.dataclass import dataclass
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
from ltmc_server.stores.sqlite.pieces import is_long, write_pieces
from ltmc_server.stores.sqlite.predecessors import look
from ltmc_server.stores.sqlite.rows import (
    from_us,
    from_us_or_none,
    marks,
    to_document,
    to_us,
    to_us_or_none,
)
from ltmc_server.stores.sqlite.scopes import ALIVE, where
from ltmc_server.stores.sqlite.searching import search

IDEMPOTENCY_KEYS_MAX: Final = 100_000
"""Keys that are remembered; the oldest are forgotten first."""

DELETED_AT_ONCE: Final = 8
"""Documents that are deleted so; deleting takes longer than storing, word by word."""

_COUNTED: Final = """
    SELECT (SELECT count(*) FROM documents WHERE project_id = ?1)
        - (SELECT count(*) FROM documents WHERE project_id = ?1 AND expires_us <= ?2)"""
"""Of a project, those that have not expired by a moment: off indexes, in a third of the time."""

_ADDED: Final = f"INSERT INTO documents VALUES ({marks(15)})"  # noqa: S608  placeholders only

_LABELLED: Final = """
    resource_type = ?, conversation_id = ?, tags = ?, metadata = ?,
    event_us = ?, expires_us = ?, updated_us = ?"""

_RELABELLED: Final = f"UPDATE documents SET {_LABELLED} WHERE id = ?"  # noqa: S608  ours

_CHANGED: Final = f"""
    UPDATE documents SET {_LABELLED}, version = ?, chars = ?, chunk_count = ?, digest = ?
    WHERE id = ?"""  # noqa: S608  ours


@dataclass(frozen=True, slots=True)
class _Edition:
    """A document, about to be written."""

    id: DocumentId
    version: int
    digest: bytes
    chunk_count: int
    created_us: int
    updated_us: int


@dataclass(frozen=True, slots=True)
class SqliteDocuments:
    """A `DocumentStore` in the record."""

    database: Database

    async def put(self, draft: Draft, pieces: Sequence[Piece], *, model: str) -> Stored:
        work = partial(_put, draft=draft, pieces=pieces, model=model)
        write = self.database.write_aside if is_long(pieces) else self.database.write
        return await write(f"storing {draft.file_name!r}", work)

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
        if scope.is_whole_project:
            count = _COUNTED

        def work(db: sqlite3.Connection) -> Page[Document]:
            rows = db.execute(sql, (*values, limit, offset)).fetchall()
            total = db.execute(count, values).fetchone()[0]
            return Page.of([to_document(row) for row in rows], total=total, offset=offset)

        if scope.is_whole_project:
            return self.database.read("listing documents", work)
        return await search(self.database, "passage_words", "listing documents", work)

    async def remove(self, ids: Sequence[DocumentId]) -> int:
        def work(db: sqlite3.Connection) -> int:
            sql = f"DELETE FROM documents WHERE id = ? AND {ALIVE}"  # noqa: S608
            moment = to_us(now())
            # One by one, each in the same transaction: no bound on how many there are.
            return sum(db.execute(sql, (id, moment)).rowcount for id in ids)

        write = self.database.write_aside if len(ids) > DELETED_AT_ONCE else self.database.write
        return await write("deleting documents", work)

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
    if (done := _repeated(db, draft)) is not None:
        return done
    moment, digest = to_us(now()), digest_of(draft.content)
    found = look(db, draft, digest, moment)
    if found.any_expired:
        _forget_expired(db, draft, moment)
    old = None if found.id is None or found.is_expired else found
    check_version(draft, old.version if old else 0)
    is_new = old is None or old.digest != digest
    edition = _Edition(
        id=DocumentId((old and old.id) or new_id("mem")),
        version=(old.version if old else 0) + is_new,
        digest=digest,
        chunk_count=old.chunk_count if old and not is_new else len(pieces),
        created_us=old.created_us if old else moment,
        updated_us=moment,
    )
    if old is None:
        _add(db, draft, edition)
    else:
        _change(db, draft, edition, is_new=is_new)
    if is_new:
        values = (edition.id, edition.version, draft.content, moment)
        db.execute("INSERT INTO versions VALUES (?, ?, ?, ?)", values)
        if old:
            db.execute("DELETE FROM passages WHERE document_id = ?", (edition.id,))
        # Another process may have moved the record to another model since the vectors were made.
        made = model if found.model in (None, model) else None
        unembedded = write_pieces(db, pieces, owner=(edition.id, draft.file_name), model=made)
    else:
        unembedded = _unembedded(db, edition.id)
    if draft.idempotency_key:
        _remember(db, draft, id=edition.id, version=edition.version, moment=moment)
    twin = DocumentId(found.twin) if found.twin else None
    document = _document(draft, edition)
    return Stored(document=document, duplicate_of=twin, unembedded=unembedded)


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


def _add(db: sqlite3.Connection, draft: Draft, edition: _Edition) -> None:
    """Write the row of a document that is not there yet."""
    db.execute(
        _ADDED,
        (
            *(edition.id, draft.project_id, draft.file_name, draft.resource_type),
            draft.conversation_id,
            *(_json(draft.tags), _json(draft.metadata)),
            *(edition.version, len(draft.content), edition.chunk_count, edition.digest),
            *(edition.created_us, edition.updated_us),
            *(to_us_or_none(draft.event_time), to_us_or_none(draft.expires_at)),
        ),
    )


def _change(db: sqlite3.Connection, draft: Draft, edition: _Edition, *, is_new: bool) -> None:
    """Write what a draft changes in the row of a document."""
    labels = (
        draft.resource_type,
        draft.conversation_id,
        *(_json(draft.tags), _json(draft.metadata)),
        *(to_us_or_none(draft.event_time), to_us_or_none(draft.expires_at)),
        edition.updated_us,
    )
    if is_new:
        text = (edition.version, len(draft.content), edition.chunk_count, edition.digest)
        db.execute(_CHANGED, (*labels, *text, edition.id))
    else:
        # SQLite writes the index of every column that is named, also where the value stays.
        db.execute(_RELABELLED, (*labels, edition.id))


def _document(draft: Draft, edition: _Edition) -> Document:
    """Return a document as it has been written: as reading it back would, without doing so."""
    return Document(
        id=edition.id,
        project_id=draft.project_id,
        file_name=draft.file_name,
        resource_type=draft.resource_type,
        conversation_id=draft.conversation_id,
        tags=tuple(draft.tags),
        metadata=orjson.loads(_json(draft.metadata)),
        version=edition.version,
        chars=len(draft.content),
        chunk_count=edition.chunk_count,
        created_at=from_us(edition.created_us),
        updated_at=from_us(edition.updated_us),
        event_time=from_us_or_none(to_us_or_none(draft.event_time)),
        expires_at=from_us_or_none(to_us_or_none(draft.expires_at)),
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


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
