"""The change log of links and memories, and how far the views on other servers have followed it."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import new_id, now
from ltmc_server.stores.graph import Link
from ltmc_server.stores.link_changes import UNBUILT, GraphChanges, Memory
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.graph import to_link
from ltmc_server.stores.sqlite.rows import marks, to_us

CHANGES_AT_ONCE: Final = 50
"""What a view does in one transaction."""

ROWS_AT_ONCE: Final = 500

NEWEST: Final = "SELECT seq FROM sqlite_sequence WHERE name = 'graph_changes'"
MEMORIES: Final = "SELECT id, project_id, file_name, resource_type FROM documents"


@dataclass(frozen=True, slots=True)
class SqliteLinkChanges:
    """What a view on another server asks of the record."""

    database: Database

    async def register(self, name: str) -> str:
        """Return the id of the view at `name`; from the first time on, changes are logged."""

        def work(db: sqlite3.Connection) -> str:
            values = (name, new_id("view"), UNBUILT, to_us(now()))
            db.execute("INSERT INTO views VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values)
            row = db.execute("SELECT id FROM views WHERE name = ?", (name,)).fetchone()
            return str(row["id"])

        known = self.registered(name)
        if known is None:
            return await self.database.write("registering a view", work)
        return known

    def registered(self, name: str) -> str | None:
        """Return the id of the view at `name`, if there is one."""
        sql = "SELECT id FROM views WHERE name = ?"
        row = self.database.read("reading views", lambda db: db.execute(sql, (name,)).fetchone())
        return str(row["id"]) if row else None

    def newest(self) -> int:
        """Return where the log is: of the last change that any process made."""
        return self.database.read("reading changes", _newest)

    def size(self) -> int:
        """Return how many links and memories there are."""
        sql = "SELECT (SELECT count(*) FROM links) + (SELECT count(*) FROM documents) AS size"
        row = self.database.read("counting links", lambda db: db.execute(sql).fetchone())
        return int(row["size"])

    def since(self, seq: int) -> GraphChanges | None:
        """Return the next changes after `seq`; None when the log does not tell all of them."""

        def work(db: sqlite3.Connection) -> GraphChanges | None:
            newest = _newest(db)
            rows = db.execute(
                "SELECT seq, kind, id FROM graph_changes WHERE seq > ? ORDER BY seq LIMIT ?",
                (seq, CHANGES_AT_ONCE),
            ).fetchall()
            first = rows[0]["seq"] if rows else newest + 1
            # Numbers are given without a gap: what a transaction undid is given again.
            if not UNBUILT < seq <= newest or first != seq + 1:
                return None
            changed = {
                kind: [row["id"] for row in rows if row["kind"] == kind]
                for kind in ("link", "memory")
            }
            links = _links(db, changed["link"])
            memories = _memories(db, changed["memory"])
            return GraphChanges(
                since=seq,
                seq=rows[-1]["seq"] if rows else newest,
                links=links,
                links_gone=sorted(set(changed["link"]) - {link.id for link in links}),
                memories=memories,
                memories_gone=sorted(set(changed["memory"]) - {one.id for one in memories}),
            )

        # Otherwise a write of another process could fall between.
        return self.database.read_at_once("reading changes", work)

    def links(self, after: str = "") -> Sequence[Link]:
        """Return links of every project after the id `after`, by id."""
        sql = "SELECT * FROM links WHERE id > ? ORDER BY id LIMIT ?"
        values = (after, ROWS_AT_ONCE)
        rows = self.database.read("reading links", lambda db: db.execute(sql, values).fetchall())
        return [to_link(row) for row in rows]

    def memories(self, after: str = "") -> Sequence[Memory]:
        """Return memories of every project after the id `after`, by id."""
        sql = f"{MEMORIES} WHERE id > ? ORDER BY id LIMIT ?"
        values = (after, ROWS_AT_ONCE)
        rows = self.database.read("reading memories", lambda db: db.execute(sql, values).fetchall())
        return [Memory(**row) for row in rows]

    def every_link(self) -> Iterator[Link]:
        """Yield every link by id, a few hundred read at a time."""
        after = ""
        while some := self.links(after):
            yield from some
            after = some[-1].id

    def every_memory(self) -> Iterator[Memory]:
        """Yield every memory by id, a few hundred read at a time."""
        after = ""
        while some := self.memories(after):
            yield from some
            after = some[-1].id

    async def followed(self, name: str, seq: int) -> None:
        """Note how far a view has come, and drop what every view knows."""

        def work(db: sqlite3.Connection) -> None:
            values = (seq, to_us(now()), name)
            db.execute("UPDATE views SET seq = ?, followed_us = ? WHERE name = ?", values)
            db.execute("DELETE FROM graph_changes WHERE seq <= (SELECT min(seq) FROM views)")

        await self.database.write("noting what a view knows", work)

    async def log_again(self, links: Sequence[str], memories: Sequence[str]) -> None:
        """Have the views look at these once more, whether they are still there or not."""

        def work(db: sqlite3.Connection) -> None:
            changed = [("link", id) for id in links] + [("memory", id) for id in memories]
            db.executemany("INSERT INTO graph_changes (kind, id) VALUES (?, ?)", changed)

        await self.database.write("logging changes again", work)


def _newest(db: sqlite3.Connection) -> int:
    row = db.execute(NEWEST).fetchone()
    return int(row["seq"]) if row else 0


def _links(db: sqlite3.Connection, ids: Sequence[str]) -> list[Link]:
    sql = f"SELECT * FROM links WHERE id IN ({marks(len(ids))})"  # noqa: S608  placeholders only
    return [to_link(row) for row in db.execute(sql, ids)] if ids else []


def _memories(db: sqlite3.Connection, ids: Sequence[str]) -> list[Memory]:
    sql = f"{MEMORIES} WHERE id IN ({marks(len(ids))})"
    return [Memory(**row) for row in db.execute(sql, ids)] if ids else []
