"""Attempts in SQLite."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Page, Vectors, new_id, now
from ltmc_server.stores.attempts import (
    SEARCHED_MAX,
    TAGS_MAX,
    Attempt,
    AttemptDraft,
    AttemptFilter,
    AttemptId,
    Tally,
)
from ltmc_server.stores.full_text import query_words
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import from_us, marks, plain, to_us
from ltmc_server.stores.sqlite.searching import best, search
from ltmc_server.vectors import from_blobs

SHARES_MAX: Final = 200
"""Attempts that are ranked by their words, for each search."""


@dataclass(frozen=True, slots=True)
class SqliteAttempts:
    """An `AttemptStore`."""

    database: Database

    async def add(self, draft: AttemptDraft) -> Attempt:
        return await self.database.write("logging an attempt", lambda db: _add(db, draft))

    async def page(self, wanted: AttemptFilter, *, limit: int, offset: int) -> Page[Attempt]:
        where, values = _where(wanted)
        # The predicate is ours; every value of the caller is bound.
        count = f"SELECT count(*) FROM attempts AS a WHERE {where}"  # noqa: S608
        rows = (
            f"SELECT a.* FROM attempts AS a WHERE {where} "  # noqa: S608
            "ORDER BY a.number DESC LIMIT ? OFFSET ?"
        )

        def work(db: sqlite3.Connection) -> Page[Attempt]:
            total = db.execute(count, values).fetchone()[0]
            found = [_attempt(row) for row in db.execute(rows, (*values, limit, offset))]
            return Page.of(found, total=total, offset=offset)

        return self.database.read("listing attempts", work)

    async def get(self, ids: Sequence[AttemptId]) -> Sequence[Attempt]:
        sql = f"SELECT * FROM attempts WHERE id IN ({marks(len(ids))})"  # noqa: S608
        found = self.database.read(
            "reading attempts", lambda db: {row["id"]: row for row in db.execute(sql, ids)}
        )
        return [_attempt(found[id]) for id in ids if id in found]

    async def shares(self, wanted: AttemptFilter, query: str) -> Mapping[AttemptId, float]:
        words = query_words(query)
        if not words:
            return {}

        def work(db: sqlite3.Connection) -> Mapping[AttemptId, float]:
            found = best(db, "attempt_words", words, _where(wanted), SHARES_MAX)
            return {row["id"]: share for row, share in found}

        return await search(self.database, "attempt_words", "searching attempts", work)

    async def vectors(
        self, wanted: AttemptFilter, *, model: str
    ) -> tuple[Sequence[AttemptId], Vectors] | None:
        where, values = _where(wanted)
        sql = (
            f"SELECT a.id, a.vector FROM attempts AS a WHERE {where} AND a.model = ? "  # noqa: S608
            "ORDER BY a.number DESC LIMIT ?"
        )

        def work(db: sqlite3.Connection) -> tuple[Sequence[AttemptId], Vectors] | None:
            rows = plain(db).execute(sql, (*values, model, SEARCHED_MAX)).fetchall()
            if not rows:
                return None
            ids, blobs = zip(*rows, strict=True)
            return ids, from_blobs(blobs)

        doing = "reading vectors of attempts"
        return await search(self.database, "attempt_words", doing, work)

    async def tallies(self, project_id: str) -> Sequence[Tally]:
        sql = """
            SELECT tag.value AS tag, sum(a.result = 'pass') AS passed,
                sum(a.result = 'fail') AS failed, sum(a.result = 'partial') AS partial
            FROM attempts AS a, json_each(a.tags) AS tag WHERE a.project_id = ?
            GROUP BY tag.value ORDER BY count(*) DESC, tag.value LIMIT ?"""
        found = self.database.read(
            "counting attempts", lambda db: db.execute(sql, (project_id, TAGS_MAX)).fetchall()
        )
        return [Tally(**row) for row in found]


def _add(db: sqlite3.Connection, draft: AttemptDraft) -> Attempt:
    row = db.execute(
        """INSERT INTO attempts (id, project_id, input_prompt, generated_code, result,
               function_name, file_name, tags, error_message, execution_time_ms, model, vector,
               created_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *""",
        (
            new_id("pat"),
            draft.project_id,
            draft.input_prompt,
            draft.generated_code,
            draft.result,
            draft.function_name,
            draft.file_name,
            orjson.dumps(draft.tags).decode(),
            draft.error_message,
            draft.execution_time_ms,
            draft.model,
            draft.vector,
            to_us(now()),
        ),
    ).fetchone()
    return _attempt(row)


def _where(wanted: AttemptFilter) -> tuple[str, list[object]]:
    """Return a predicate over `attempts AS a`, and its values."""
    terms: list[tuple[str, object]] = [("a.project_id = ?", wanted.project_id)]
    if wanted.result is not None:
        terms.append(("a.result = ?", wanted.result))
    terms += [
        ("EXISTS (SELECT 1 FROM json_each(a.tags) WHERE value = ?)", tag) for tag in wanted.tags
    ]
    return " AND ".join(term for term, _ in terms), [value for _, value in terms]


def _attempt(row: sqlite3.Row) -> Attempt:
    return Attempt(
        id=row["id"],
        project_id=row["project_id"],
        input_prompt=row["input_prompt"],
        generated_code=row["generated_code"],
        result=row["result"],
        function_name=row["function_name"],
        file_name=row["file_name"],
        tags=tuple(orjson.loads(row["tags"])),
        error_message=row["error_message"],
        execution_time_ms=row["execution_time_ms"],
        created_at=from_us(row["created_us"]),
    )
