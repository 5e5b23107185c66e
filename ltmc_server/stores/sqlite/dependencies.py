"""Which blueprint needs which, in SQLite."""

import sqlite3
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import CyclicDependency, NotFound
from ltmc_server.model import now
from ltmc_server.planning.cycles import cycle
from ltmc_server.stores.blueprints import (
    BLUEPRINTS_PLANNED_MAX,
    BlueprintId,
    Dependencies,
    Dependency,
    DependencyDraft,
)
from ltmc_server.stores.sqlite.blueprints import find, to_blueprint
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import from_us, to_us

PLANNED: Final = """
    SELECT number, id, project_id, title, '' AS description, complexity, complexity_score,
        priority_score, minutes, required_skills, tags, status, created_us, updated_us
    FROM blueprints WHERE project_id = ? ORDER BY number LIMIT ?"""

EDGES: Final = """
    SELECT n.* FROM blueprint_needs AS n JOIN blueprints AS b ON b.id = n.dependent_id
    WHERE b.project_id = ? ORDER BY n.number"""


@dataclass(frozen=True, slots=True)
class SqliteDependencies:
    """A `DependencyStore` in the record."""

    database: Database

    async def require(self, project_id: str, needed: DependencyDraft) -> Dependency:
        return await self.database.write(
            "adding a dependency", lambda db: _require(db, project_id, needed)
        )

    async def release(
        self, project_id: str, dependent: BlueprintId, prerequisite: BlueprintId
    ) -> Dependency | None:
        sql = """DELETE FROM blueprint_needs WHERE dependent_id = ? AND prerequisite_id = ?
                 AND dependent_id IN (SELECT id FROM blueprints WHERE project_id = ?) RETURNING *"""
        values = (dependent, prerequisite, project_id)

        def work(db: sqlite3.Connection) -> Dependency | None:
            rows = db.execute(sql, values).fetchall()
            return _dependency(rows[0]) if rows else None

        return await self.database.write("removing a dependency", work)

    async def dependencies(self, project_id: str) -> Dependencies:
        def work(db: sqlite3.Connection) -> Dependencies:
            rows = db.execute(PLANNED, (project_id, BLUEPRINTS_PLANNED_MAX + 1)).fetchall()
            planned = [to_blueprint(row) for row in rows[:BLUEPRINTS_PLANNED_MAX]]
            there = {blueprint.id for blueprint in planned}
            edges = [_dependency(row) for row in db.execute(EDGES, (project_id,))]
            return Dependencies(
                blueprints=planned,
                edges=[e for e in edges if e.dependent_id in there and e.prerequisite_id in there],
                complete=len(rows) <= BLUEPRINTS_PLANNED_MAX,
            )

        newest = "SELECT max(number) FROM blueprints"
        return await self.database.read_many("reading what is planned", work, newest=newest)


def _require(db: sqlite3.Connection, project_id: str, needed: DependencyDraft) -> Dependency:
    for id in (needed.dependent_id, needed.prerequisite_id):
        if find(db, project_id, id) is None:
            raise NotFound("blueprint", id, "Both must be blueprints of the same project.")
    row = db.execute(
        """INSERT INTO blueprint_needs
               (dependent_id, prerequisite_id, dependency_type, is_critical, created_us)
           VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (dependent_id, prerequisite_id) DO UPDATE SET
               dependency_type = excluded.dependency_type, is_critical = excluded.is_critical
           RETURNING *""",
        (
            needed.dependent_id,
            needed.prerequisite_id,
            needed.dependency_type,
            needed.is_critical,
            to_us(now()),
        ),
    ).fetchone()
    # In the transaction that has the write lock: no other process can add the rest of a cycle.
    if closed := cycle(needed.dependent_id, lambda each: _needs(db, each)):
        raise CyclicDependency(closed, "prerequisite_blueprint_id")
    return _dependency(row)


def _needs(db: sqlite3.Connection, id: BlueprintId) -> list[BlueprintId]:
    sql = "SELECT prerequisite_id FROM blueprint_needs WHERE dependent_id = ? ORDER BY 1"
    return [row[0] for row in db.execute(sql, (id,))]


def _dependency(row: sqlite3.Row) -> Dependency:
    return Dependency(
        dependent_id=row["dependent_id"],
        prerequisite_id=row["prerequisite_id"],
        dependency_type=row["dependency_type"],
        is_critical=bool(row["is_critical"]),
        created_at=from_us(row["created_us"]),
    )
