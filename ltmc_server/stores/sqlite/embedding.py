"""Vectors that come after their passages, and the model that they are of."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import PassageId, now
from ltmc_server.stores.embedding import Unembedded
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import to_us

CURRENT: Final = "embedding_model"
TARGET: Final = "embedding_target"

CURRENT_MODEL: Final = f"SELECT value FROM facts WHERE name = '{CURRENT}'"  # noqa: S608  ours
"""The model whose vectors the record is searched by, as SQL."""

COUNTED_MAX: Final = 1_000
"""Waiting passages that are counted; more of them would take as long as embedding some."""


@dataclass(frozen=True, slots=True)
class SqliteEmbedding:
    """A `ModelOfRecord` and `VectorWork` in the record."""

    database: Database

    def model(self) -> str | None:
        return self.database.read("reading the model", current_model)

    async def settle(self, model: str) -> str:
        def work(db: sqlite3.Connection) -> str:
            db.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (CURRENT, model))
            found = current_model(db)
            assert found is not None, "it was just put there"
            return found

        return await self.database.write("settling the embedding model", work)

    def waiting(self) -> int:
        sql = "SELECT count(*) FROM (SELECT 1 FROM unembedded LIMIT ?)"
        values = (COUNTED_MAX,)
        return self.database.read(
            "counting passages", lambda db: int(db.execute(sql, values).fetchone()[0])
        )

    async def claim(self, *, limit: int, for_s: float) -> Sequence[Unembedded]:
        moment = to_us(now())

        def work(db: sqlite3.Connection) -> list[Unembedded]:
            rows = db.execute(
                """SELECT passage_id, text FROM unembedded JOIN passages ON id = passage_id
                   WHERE claimed_us < ? ORDER BY passage_id DESC LIMIT ?""",
                (moment - round(for_s * 1e6), limit),
            ).fetchall()
            db.executemany(
                "UPDATE unembedded SET claimed_us = ? WHERE passage_id = ?",
                [(moment, row["passage_id"]) for row in rows],
            )
            return [Unembedded(PassageId(row["passage_id"]), row["text"]) for row in rows]

        if not self.waiting():
            return []
        return await self.database.write("claiming passages", work)

    async def release(self, ids: Sequence[PassageId]) -> None:
        def work(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE unembedded SET claimed_us = 0 WHERE passage_id = ?", [(id,) for id in ids]
            )

        await self.database.write("letting go of passages", work)

    async def count(self, model: str) -> tuple[int, int]:
        sql = """SELECT (SELECT count(*) FROM vectors WHERE model = ?),
                        (SELECT count(*) FROM passages)"""
        # It looks at every vector there is.
        row = await self.database.read_aside(
            "counting vectors", lambda db: db.execute(sql, (model,)).fetchone()
        )
        return int(row[0]), int(row[1])

    def lacking(self, model: str, *, after: PassageId, limit: int) -> Sequence[Unembedded]:
        sql = """
            SELECT id, text FROM passages WHERE id > ? AND NOT EXISTS
                (SELECT 1 FROM vectors WHERE passage_id = passages.id AND model = ?)
            ORDER BY id LIMIT ?
        """
        rows = self.database.read(
            "looking for passages without a vector",
            lambda db: db.execute(sql, (after, model, limit)).fetchall(),
        )
        return [Unembedded(PassageId(row["id"]), row["text"]) for row in rows]

    async def put_vectors(self, vectors: Mapping[PassageId, bytes], *, model: str) -> int:
        def work(db: sqlite3.Connection) -> int:
            is_current = current_model(db) == model
            return sum(
                _put_vector(db, id, (model, vector), is_current=is_current)
                for id, vector in vectors.items()
            )

        # Some of many: calls beside it need not wait for the disk at each of them.
        return await self.database.write_aside("storing vectors", work)

    async def switch(self, model: str) -> int:
        def work(db: sqlite3.Connection) -> int:
            lacking = db.execute(
                """SELECT count(*) FROM passages WHERE NOT EXISTS
                   (SELECT 1 FROM vectors WHERE passage_id = passages.id AND model = ?)""",
                (model,),
            ).fetchone()[0]
            if lacking == 0:
                db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (CURRENT, model))
                db.execute("DELETE FROM facts WHERE name = ?", (TARGET,))
                db.execute("DELETE FROM unembedded")
            return int(lacking)

        return await self.database.write_aside("switching the embedding model", work)

    async def forget(self, *, limit: int) -> int:
        sql = """
            DELETE FROM vectors WHERE (passage_id, model) IN (
                SELECT passage_id, model FROM vectors
                WHERE model <> (SELECT value FROM facts WHERE name = ?) LIMIT ?)
        """
        return await self.database.write_aside(
            "deleting old vectors", lambda db: db.execute(sql, (CURRENT, limit)).rowcount
        )

    def target(self) -> str | None:
        return self.database.read("reading the model", lambda db: _fact(db, TARGET))

    async def aim(self, model: str | None) -> None:
        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM facts WHERE name = ?", (TARGET,))
            if model is not None:
                db.execute("INSERT INTO facts VALUES (?, ?)", (TARGET, model))

        await self.database.write("aiming at another model", work)


def current_model(db: sqlite3.Connection) -> str | None:
    """Return the model whose vectors the record is searched by."""
    return _fact(db, CURRENT)


def if_current(db: sqlite3.Connection, model: str) -> str | None:
    """Return `model`, or None where the record is searched by another one.

    Another process may have moved it since vectors of `model` were made.
    """
    return model if current_model(db) in (None, model) else None


def _fact(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return row and str(row["value"])


def _put_vector(
    db: sqlite3.Connection, id: PassageId, made: tuple[str, bytes], *, is_current: bool
) -> int:
    """Keep a vector, unless its passage is gone or has one; return how many were kept."""
    kept = db.execute(
        """INSERT OR IGNORE INTO vectors SELECT id, ?, ? FROM passages WHERE id = ?""",
        (*made, id),
    ).rowcount
    if is_current:
        db.execute("DELETE FROM unembedded WHERE passage_id = ?", (id,))
        if kept:
            # A view that followed the log past this passage has to look at it again.
            db.execute("INSERT INTO changes (passage_id, removed) VALUES (?, 0)", (id,))
    return kept
