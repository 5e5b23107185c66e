"""Passages of documents: found by words, read by id, followed by views."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from ltmc_server.model import DocumentId, Match, Passage, PassageId, Scope, now
from ltmc_server.stores.interfaces import Changes
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import marks, to_document, to_us
from ltmc_server.stores.sqlite.scopes import ALIVE, where

_Value = TypeVar("_Value")

IDS_MAX: Final = 500
"""Ids in one statement; SQLite takes 999 values at the least."""

TITLE_WEIGHT: Final = 0.5
"""Of a word in the file name, beside 1 in the text."""


@dataclass(frozen=True, slots=True)
class SqlitePassages:
    """A `PassageStore` and a `ChangeLog` in the record."""

    database: Database

    async def matching(self, words: Sequence[str], scope: Scope, *, limit: int) -> Sequence[Match]:
        question = " OR ".join(_quoted(word) for word in words)
        if not question:
            return []
        rows = self.database.read(
            "searching for words", lambda db: _best(db, question, scope, limit)
        )
        return [Match(PassageId(row["id"]), row["strength"]) for row in rows]

    async def get(self, ids: Sequence[PassageId]) -> Sequence[Passage]:
        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            return [
                row
                for some in _batches(ids)
                for row in db.execute(
                    f"""SELECT passages.id AS passage_id, start, text, documents.*
                        FROM passages JOIN documents ON documents.id = document_id
                        WHERE passages.id IN ({marks(len(some))})
                            AND {ALIVE}""",  # noqa: S608
                    (*some, to_us(now())),
                )
            ]

        found = {
            row["passage_id"]: Passage(
                id=row["passage_id"],
                document=to_document(row),
                start=row["start"],
                text=row["text"],
            )
            for row in self.database.read("reading passages", work)
        }
        return [found[id] for id in ids if id in found]

    async def owners(self, ids: Sequence[PassageId]) -> Mapping[PassageId, DocumentId]:
        def work(db: sqlite3.Connection) -> dict[PassageId, DocumentId]:
            return {
                PassageId(row["id"]): DocumentId(row["document_id"])
                for some in _batches(ids)
                for row in db.execute(
                    f"""SELECT passages.id, document_id
                        FROM passages JOIN documents ON documents.id = document_id
                        WHERE passages.id IN ({marks(len(some))}) AND {ALIVE}""",  # noqa: S608
                    (*some, to_us(now())),
                )
            }

        return self.database.read("looking up documents", work)

    async def ids(self, scope: Scope) -> Sequence[PassageId]:
        condition, values = where(scope)
        sql = f"""
            SELECT passages.id FROM passages JOIN documents ON documents.id = document_id
            WHERE {condition}
        """  # noqa: S608
        rows = self.database.read("reading passages", lambda db: db.execute(sql, values).fetchall())
        return [PassageId(row["id"]) for row in rows]

    async def any_expired(self, project_id: str) -> bool:
        sql = "SELECT 1 FROM documents WHERE project_id = ? AND expires_us <= ? LIMIT 1"
        values = (project_id, to_us(now()))
        row = self.database.read("reading expiries", lambda db: db.execute(sql, values).fetchone())
        return row is not None

    async def known_vectors(self, digests: Sequence[bytes], *, model: str) -> Mapping[bytes, bytes]:
        def work(db: sqlite3.Connection) -> dict[bytes, bytes]:
            return {
                row["digest"]: row["vector"]
                for some in _batches(digests)
                for row in db.execute(
                    f"""SELECT digest, vector FROM passages JOIN vectors ON passage_id = id
                        WHERE digest IN ({marks(len(some))}) AND model = ?""",  # noqa: S608
                    (*some, model),
                )
            }

        return self.database.read("looking for known vectors", work)

    async def since(self, seq: int | None, *, model: str) -> Changes:
        def work(db: sqlite3.Connection) -> Changes:
            newest, oldest = db.execute(
                "SELECT coalesce(max(seq), 0), coalesce(min(seq), 0) FROM changes"
            ).fetchone()
            if seq == newest:
                return Changes(seq=newest)
            if seq is None or not oldest - 1 <= seq <= newest:
                return Changes(seq=newest, added=_vectors(db, model), whole=True)
            rows = db.execute(
                "SELECT passage_id, removed FROM changes WHERE seq > ? ORDER BY seq", (seq,)
            ).fetchall()
            removed = {row["passage_id"] for row in rows if row["removed"]}
            added = {row["passage_id"] for row in rows} - removed
            return Changes(
                seq=newest, added=_vectors(db, model, sorted(added)), removed=sorted(removed)
            )

        # Otherwise a write of another process could fall between.
        return self.database.read_at_once("reading changes", work)


def _best(db: sqlite3.Connection, question: str, scope: Scope, limit: int) -> list[sqlite3.Row]:
    """Return the best rows for a question in `scope`.

    First the best of all projects, which FTS5 finds on its own. Only if the scope leaves too few
    of them is every row that matches looked up in its document, which takes more than twice as
    long.
    """
    best = "SELECT rowid AS id, -rank AS strength FROM passage_words"
    matching = f"passage_words MATCH ? AND rank MATCH 'bm25({TITLE_WEIGHT}, 1.0)'"
    condition, values = where(scope)
    inside = f"""
        SELECT 1 FROM passages JOIN documents ON documents.id = document_id
        WHERE passages.id = passage_words.rowid AND {condition}
    """  # noqa: S608  placeholders only
    order = "ORDER BY rank, rowid LIMIT ?"
    found = db.execute(f"{best} WHERE {matching} {order}", (question, limit)).fetchall()
    kept = _within(db, found, scope)
    if len(kept) == len(found):
        return kept
    sql = f"{best} WHERE {matching} AND EXISTS ({inside}) {order}"
    return db.execute(sql, (question, *values, limit)).fetchall()


def _within(db: sqlite3.Connection, rows: list[sqlite3.Row], scope: Scope) -> list[sqlite3.Row]:
    """Return those of `rows` whose passages are in `scope`."""
    condition, values = where(scope)
    inside = {
        row["id"]
        for some in _batches([row["id"] for row in rows])
        for row in db.execute(
            f"""SELECT passages.id FROM passages JOIN documents ON documents.id = document_id
                WHERE passages.id IN ({marks(len(some))}) AND {condition}""",  # noqa: S608
            (*some, *values),
        )
    }
    return [row for row in rows if row["id"] in inside]


def _vectors(
    db: sqlite3.Connection, model: str, only: Sequence[int] | None = None
) -> list[tuple[PassageId, str, bytes]]:
    sql = """SELECT passage_id, project_id, vector FROM vectors
             JOIN passages ON passages.id = passage_id JOIN documents ON documents.id = document_id
             WHERE model = ?"""
    if only is None:
        rows = db.execute(sql, (model,)).fetchall()
    else:
        rows = [
            row
            for some in _batches(only)
            for row in db.execute(f"{sql} AND passage_id IN ({marks(len(some))})", (model, *some))
        ]
    return [(PassageId(id), project, vector) for id, project, vector in rows]


def _batches(values: Sequence[_Value]) -> Iterator[tuple[_Value, ...]]:
    rest = iter(values)
    while some := tuple(islice(rest, IDS_MAX)):
        yield some


def _quoted(word: str) -> str:
    """Return a word as an FTS5 string: whatever it holds is text, never an operator."""
    return '"' + word.replace('"', '""').replace("\x00", " ") + '"'
