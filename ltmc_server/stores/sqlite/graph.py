"""Links in SQLite."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, TypeVar

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import CursorPage, new_id, now
from ltmc_server.stores.graph import (
    Chain,
    Degree,
    GraphCounts,
    Link,
    LinkDraft,
    Linked,
    LinkFilter,
    LinkId,
    Relationship,
    Relationships,
    Side,
    Walk,
)
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import from_us, to_us
from ltmc_server.stores.walking import Edge, Step, Touching, reached, shortest

_Result = TypeVar("_Result")

TOUCHING: Final = """
    SELECT id, source_id, target_id, weight FROM links
    WHERE project_id = ? AND {end} IN (SELECT value FROM json_each(?))
        AND (? = '' OR relation = ?)
    ORDER BY weight DESC, id LIMIT ?"""
LINKS_AT_ONCE: Final = 50
"""Links that are written beside other calls: 2 ms; more go to a thread."""

ENDS: Final[dict[Side, str]] = {"outgoing": "source_id", "incoming": "target_id"}

DEGREES: Final = """
    SELECT entity, sum(incoming) AS incoming, sum(outgoing) AS outgoing FROM (
        SELECT source_id AS entity, 0 AS incoming, count(*) AS outgoing
        FROM links WHERE project_id = ? GROUP BY source_id
        UNION ALL
        SELECT target_id, count(*), 0 FROM links WHERE project_id = ? GROUP BY target_id)
    GROUP BY entity"""


@dataclass(frozen=True, slots=True)
class SqliteGraph:
    """A `LinkStore` and a `LinkWalker` in the record; links go with what they link."""

    database: Database

    async def put(self, drafts: Sequence[LinkDraft]) -> Sequence[Linked]:
        many = len(drafts) > LINKS_AT_ONCE
        write = self.database.write_aside if many else self.database.write
        return await write("linking", lambda db: [_put(db, draft) for draft in drafts])

    async def get(self, project_id: str, id: LinkId) -> Link | None:
        return self.database.read("reading a link", lambda db: _get(db, project_id, id))

    async def page(self, wanted: LinkFilter, *, limit: int, cursor: str = "") -> CursorPage[Link]:
        where, values = _where(wanted)
        # The predicate is ours; every value of the caller is bound.
        count = f"SELECT count(*) FROM links WHERE {where}"  # noqa: S608
        rows = f"SELECT * FROM links WHERE {where} AND number < ? ORDER BY number DESC LIMIT ?"  # noqa: S608

        def work(db: sqlite3.Connection) -> CursorPage[Link]:
            before = _number(db, wanted.project_id, cursor) if cursor else (1 << 63) - 1
            # One more than asked tells whether there are more.
            found = [to_link(row) for row in db.execute(rows, (*values, before, limit + 1))]
            items, more = found[:limit], len(found) > limit
            return CursorPage(
                items=items,
                returned=len(items),
                total=db.execute(count, values).fetchone()[0],
                has_more=more,
                next=items[-1].id if more else None,
            )

        return self.database.read("listing links", work)

    async def remove(self, project_id: str, id: LinkId) -> Link | None:
        def work(db: sqlite3.Connection) -> Link | None:
            link = _get(db, project_id, id)
            db.execute("DELETE FROM links WHERE project_id = ? AND id = ?", (project_id, id))
            return link

        return await self.database.write("removing a link", work)

    async def remove_entity(self, project_id: str, entity: str) -> int:
        where, values = _where(LinkFilter(project_id=project_id, entity=entity))
        sql = f"DELETE FROM links WHERE {where}"  # noqa: S608  as above
        some = f"SELECT count(*) FROM (SELECT 1 FROM links WHERE {where} LIMIT ?)"  # noqa: S608
        [count] = self.database.read(
            "counting links", lambda db: db.execute(some, (*values, LINKS_AT_ONCE + 1)).fetchone()
        )
        write = self.database.write_aside if count > LINKS_AT_ONCE else self.database.write
        return await write("removing links", lambda db: db.execute(sql, values).rowcount)

    async def counts(self, project_id: str, *, limit: int) -> GraphCounts:
        relations = """SELECT relation, count(*) AS links FROM links WHERE project_id = ?
                       GROUP BY relation ORDER BY links DESC, relation"""
        mine = (project_id, project_id)

        def work(db: sqlite3.Connection) -> GraphCounts:
            by_relation = db.execute(relations, (project_id,)).fetchall()
            degrees = f"{DEGREES} ORDER BY sum(incoming) + sum(outgoing) DESC, entity LIMIT ?"
            return GraphCounts(
                links=sum(row["links"] for row in by_relation),
                entities=db.execute(f"SELECT count(*) FROM ({DEGREES})", mine).fetchone()[0],  # noqa: S608
                relations={row["relation"]: row["links"] for row in by_relation[:limit]},
                most_linked=[Degree(**row) for row in db.execute(degrees, (*mine, limit))],
            )

        return await self._read("counting links", work)

    async def relationships(self, walk: Walk, *, limit: int, cursor: str = "") -> Relationships:
        def work(db: sqlite3.Connection) -> Relationships:
            steps, complete = reached(walk.start, walk.depth, walk.direction, _touching(db, walk))
            first = _after(cursor, steps)
            items = _relationships(db, steps[first : first + limit])
            more, total = first + limit < len(steps), len(steps)
            return Relationships(items=items, total=total, has_more=more, complete=complete)

        return await self._read("walking along links", work)

    async def path(self, walk: Walk, target: str) -> Chain:
        def work(db: sqlite3.Connection) -> Chain:
            ends = (walk.start, target)
            steps, complete = shortest(ends, walk.depth, walk.direction, _touching(db, walk))
            if steps is None:
                return Chain(links=None, complete=complete)
            numbered = [step._replace(depth=at) for at, step in enumerate(steps, start=1)]
            return Chain(links=_relationships(db, numbered), complete=complete)

        return await self._read("looking for a path", work)

    async def _read(self, doing: str, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        newest = "SELECT max(number) FROM links"
        return await self.database.read_many(doing, work, newest=newest)


def _put(db: sqlite3.Connection, draft: LinkDraft) -> Linked:
    id, moment = new_id("link"), to_us(now())
    row = db.execute(
        """INSERT INTO links (id, project_id, source_id, target_id, relation, weight, properties,
               created_us, updated_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (project_id, source_id, relation, target_id) DO UPDATE SET
               weight = excluded.weight, properties = excluded.properties,
               updated_us = excluded.updated_us
           RETURNING *""",
        (
            id,
            draft.project_id,
            draft.source_id,
            draft.target_id,
            draft.relation,
            draft.weight,
            orjson.dumps(draft.properties).decode(),
            moment,
            moment,
        ),
    ).fetchone()
    return Linked(link=to_link(row), created=row["id"] == id)


def _get(db: sqlite3.Connection, project_id: str, id: str) -> Link | None:
    sql = "SELECT * FROM links WHERE project_id = ? AND id = ?"
    row = db.execute(sql, (project_id, id)).fetchone()
    return to_link(row) if row else None


def _number(db: sqlite3.Connection, project_id: str, cursor: str) -> int:
    sql = "SELECT number FROM links WHERE project_id = ? AND id = ?"
    row = db.execute(sql, (project_id, cursor)).fetchone()
    if row is None:
        raise _no_cursor(cursor)
    return int(row["number"])


def _after(cursor: str, steps: Sequence[Step]) -> int:
    if not cursor:
        return 0
    index = next((at for at, step in enumerate(steps) if step.edge.id == cursor), None)
    if index is None:
        raise _no_cursor(cursor)
    return index + 1


def _no_cursor(cursor: str) -> NotFound:
    return NotFound("link to go on after", cursor, "Leave out cursor to begin again.")


def _where(wanted: LinkFilter) -> tuple[str, list[object]]:
    """Return a predicate over `links`, and its values."""
    terms, values = ["project_id = ?"], [wanted.project_id]
    if wanted.entity:
        # By id, so that each end is found by its own index.
        terms.append(
            """number IN (SELECT number FROM links WHERE project_id = ? AND source_id = ?
               UNION SELECT number FROM links WHERE project_id = ? AND target_id = ?)"""
        )
        values += [wanted.project_id, wanted.entity] * 2
    if wanted.relation:
        terms.append("relation = ?")
        values.append(wanted.relation)
    return " AND ".join(terms), list[object](values)


def _touching(db: sqlite3.Connection, walk: Walk) -> Touching:
    def touching(entities: Collection[str], side: Side, limit: int) -> Iterable[Edge]:
        # One list for all of a level: as many values as it has entities would be too many.
        names = orjson.dumps(list(entities)).decode()
        values = (walk.project_id, names, walk.relation, walk.relation, limit)
        return (Edge(*row) for row in db.execute(TOUCHING.format(end=ENDS[side]), values))

    return touching


def _relationships(db: sqlite3.Connection, steps: Sequence[Step]) -> list[Relationship]:
    ids = orjson.dumps([step.edge.id for step in steps]).decode()
    sql = "SELECT * FROM links WHERE id IN (SELECT value FROM json_each(?))"
    links = {row["id"]: to_link(row) for row in db.execute(sql, (ids,))}
    return [
        Relationship(link=links[step.edge.id], direction=step.side, depth=step.depth)
        for step in steps
    ]


def to_link(row: sqlite3.Row) -> Link:
    """Read a row of `links`."""
    return Link(
        id=row["id"],
        project_id=row["project_id"],
        source_id=row["source_id"],
        target_id=row["target_id"],
        relation=row["relation"],
        weight=row["weight"],
        properties=orjson.loads(row["properties"]),
        created_at=from_us(row["created_us"]),
        updated_at=from_us(row["updated_us"]),
    )
