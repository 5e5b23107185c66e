"""Whole documents, read from one moment of the record and put into it as they were."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from urllib.parse import quote

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import StoreUnavailable
from ltmc_server.model import Piece, Version, now
from ltmc_server.stores.archive import Archived, Standing
from ltmc_server.stores.drafts import digest_of
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.embedding import if_current
from ltmc_server.stores.sqlite.pieces import write_pieces
from ltmc_server.stores.sqlite.rows import from_us, marks, to_document, to_us, to_us_or_none
from ltmc_server.stores.sqlite.scopes import ALIVE

_SNAPSHOT = f"""
    SELECT * FROM documents WHERE project_id = ? AND {ALIVE} ORDER BY created_us, id
"""  # noqa: S608
_VERSIONS = "SELECT * FROM versions WHERE document_id = ? ORDER BY version"


@dataclass(frozen=True, slots=True)
class SqliteArchive:
    """A `DocumentArchive` of the record."""

    database: Database

    @contextmanager
    def snapshot(self, project_id: str) -> Iterator[Iterator[Archived]]:
        # On a connection of its own, as it may run in a thread and for long; all that is read in
        # its one transaction is as it was at the first statement, and writers need not wait.
        doing = "reading all documents"
        try:
            with closing(self._connect()) as db:
                db.execute("BEGIN")
                yield _all(db, project_id)
        except sqlite3.Error as error:
            raise StoreUnavailable("SQLite", doing, str(error)) from error

    async def standing(self, project_id: str, document: Archived) -> Standing:
        return self.database.read(
            "comparing a document", lambda db: _standing(db, project_id, document)
        )

    async def restore(
        self, project_id: str, document: Archived, pieces: Sequence[Piece], *, model: str
    ) -> Standing:
        work = partial(
            _restore, project_id=project_id, document=document, pieces=pieces, model=model
        )
        # One of many, as a rule: calls beside it need not wait for the disk at each of them.
        return await self.database.write_aside(f"restoring {document.file_name!r}", work)

    def _connect(self) -> sqlite3.Connection:
        uri = f"file:{quote(str(self.database.file))}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection


def _all(db: sqlite3.Connection, project_id: str) -> Iterator[Archived]:
    for row in db.execute(_SNAPSHOT, (project_id, to_us(now()))):
        yield _archived(db, row)


def _archived(db: sqlite3.Connection, row: sqlite3.Row) -> Archived:
    document = to_document(row)
    return Archived(
        id=document.id,
        file_name=document.file_name,
        resource_type=document.resource_type,
        conversation_id=document.conversation_id,
        tags=tuple(document.tags),
        metadata=document.metadata,
        created_at=document.created_at,
        updated_at=document.updated_at,
        event_time=document.event_time,
        expires_at=document.expires_at,
        versions=tuple(
            Version(
                version=each["version"],
                content=each["content"],
                created_at=from_us(each["created_us"]),
            )
            for each in db.execute(_VERSIONS, (document.id,))
        ),
    )


def _standing(db: sqlite3.Connection, project_id: str, document: Archived) -> Standing:
    moment = to_us(now())
    by_id = f"SELECT * FROM documents WHERE id = ? AND {ALIVE}"  # noqa: S608
    if row := db.execute(by_id, (document.id, moment)).fetchone():
        same = row["project_id"] == project_id and _archived(db, row) == document
        return "same" if same else "differs"
    by_name = f"""
        SELECT 1 FROM documents WHERE project_id = ? AND file_name = ? AND {ALIVE}
    """  # noqa: S608
    taken = db.execute(by_name, (project_id, document.file_name, moment)).fetchone()
    return "name taken" if taken else "absent"


def _restore(
    db: sqlite3.Connection,
    project_id: str,
    document: Archived,
    pieces: Sequence[Piece],
    model: str,
) -> Standing:
    standing = _standing(db, project_id, document)
    if standing != "absent":
        return standing
    # What has expired is as if deleted, but still holds its id and its name.
    db.execute(
        """DELETE FROM documents
           WHERE (id = ? OR (project_id = ? AND file_name = ?)) AND expires_us <= ?""",
        (document.id, project_id, document.file_name, to_us(now())),
    )
    text = document.versions[-1]
    db.execute(
        f"INSERT INTO documents VALUES ({marks(15)})",  # noqa: S608
        (
            *(document.id, project_id, document.file_name, document.resource_type),
            document.conversation_id,
            orjson.dumps(document.tags).decode(),
            orjson.dumps(document.metadata).decode(),
            *(text.version, len(text.content), len(pieces), digest_of(text.content)),
            *(to_us(document.created_at), to_us(document.updated_at)),
            *(to_us_or_none(document.event_time), to_us_or_none(document.expires_at)),
        ),
    )
    db.executemany(
        "INSERT INTO versions VALUES (?, ?, ?, ?)",
        [
            (document.id, each.version, each.content, to_us(each.created_at))
            for each in document.versions
        ],
    )
    owner = (document.id, document.file_name)
    write_pieces(db, pieces, owner=owner, model=if_current(db, model))
    return standing
