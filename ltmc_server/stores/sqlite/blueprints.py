"""Blueprints in SQLite."""

import sqlite3
from dataclasses import fields
from typing import Final

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Page, new_id, now
from ltmc_server.stores.blueprints import (
    Blueprint,
    BlueprintDraft,
    BlueprintEdit,
    BlueprintFilter,
    BlueprintId,
    EditedBlueprint,
    RemovedBlueprint,
    confirmation,
)
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import from_us, marks, to_us

COLUMN_OF: Final = {"estimated_duration_minutes": "minutes"}
"""Fields whose column has another name."""

JSON_FIELDS: Final = frozenset({"required_skills", "tags"})


@dataclass(frozen=True, slots=True)
class SqliteBlueprints:
    """A `BlueprintStore` in the record; links to a blueprint go with it."""

    database: Database

    async def add(self, draft: BlueprintDraft) -> Blueprint:
        moment = to_us(now())
        given = {each.name: getattr(draft, each.name) for each in fields(draft)}
        columns = {"id": new_id("bp"), **_columns(given), "status": "draft"}
        columns |= {"created_us": moment, "updated_us": moment}
        # The names are those of the fields.
        sql = f"""INSERT INTO blueprints ({", ".join(columns)})
                  VALUES ({marks(len(columns))}) RETURNING *"""  # noqa: S608
        row = await self.database.write(
            "making a blueprint", lambda db: db.execute(sql, tuple(columns.values())).fetchone()
        )
        return to_blueprint(row)

    async def get(self, project_id: str, id: BlueprintId) -> Blueprint | None:
        return self.database.read("reading a blueprint", lambda db: find(db, project_id, id))

    async def page(self, wanted: BlueprintFilter, *, limit: int, offset: int) -> Page[Blueprint]:
        where, values = _where(wanted)
        # The predicate is ours; every value of the caller is bound.
        count = f"SELECT count(*) FROM blueprints WHERE {where}"  # noqa: S608
        rows = f"""SELECT * FROM blueprints WHERE {where}
                   ORDER BY priority_score DESC, number LIMIT ? OFFSET ?"""  # noqa: S608

        def work(db: sqlite3.Connection) -> Page[Blueprint]:
            total = db.execute(count, values).fetchone()[0]
            found = [to_blueprint(row) for row in db.execute(rows, (*values, limit, offset))]
            return Page.of(found, total=total, offset=offset)

        return self.database.read("listing blueprints", work)

    async def edit(
        self, project_id: str, id: BlueprintId, edit: BlueprintEdit
    ) -> EditedBlueprint | None:
        return await self.database.write(
            "changing a blueprint", lambda db: _edit(db, project_id, id, edit)
        )

    async def remove(
        self, project_id: str, id: BlueprintId, *, with_dependents: bool
    ) -> RemovedBlueprint | None:
        def work(db: sqlite3.Connection) -> RemovedBlueprint | None:
            blueprint = find(db, project_id, id)
            if blueprint is None:
                return None
            sql = "SELECT dependent_id FROM blueprint_needs WHERE prerequisite_id = ? ORDER BY 1"
            dependents = [row[0] for row in db.execute(sql, (id,))]
            if dependents and not with_dependents:
                raise confirmation(blueprint, dependents)
            db.execute("DELETE FROM blueprints WHERE id = ?", (id,))
            return RemovedBlueprint(blueprint=blueprint, dependents=dependents)

        return await self.database.write("deleting a blueprint", work)


def find(db: sqlite3.Connection, project_id: str, id: BlueprintId) -> Blueprint | None:
    """Return one blueprint of the project."""
    sql = "SELECT * FROM blueprints WHERE project_id = ? AND id = ?"
    row = db.execute(sql, (project_id, id)).fetchone()
    return to_blueprint(row) if row else None


def to_blueprint(row: sqlite3.Row) -> Blueprint:
    """Read a row of `blueprints`."""
    return Blueprint(
        id=row["id"],
        project_id=row["project_id"],
        title=row["title"],
        description=row["description"],
        complexity=row["complexity"],
        complexity_score=row["complexity_score"],
        priority_score=row["priority_score"],
        estimated_duration_minutes=row["minutes"],
        required_skills=tuple(orjson.loads(row["required_skills"])),
        tags=tuple(orjson.loads(row["tags"])),
        status=row["status"],
        created_at=from_us(row["created_us"]),
        updated_at=from_us(row["updated_us"]),
    )


def _edit(
    db: sqlite3.Connection, project_id: str, id: BlueprintId, edit: BlueprintEdit
) -> EditedBlueprint | None:
    before = find(db, project_id, id)
    if before is None:
        return None
    given = {each.name: getattr(edit, each.name) for each in fields(edit)}
    new = {
        name: value
        for name, value in given.items()
        if value is not None and value != getattr(before, name)
    }
    if new:
        columns = _columns(new) | {"updated_us": to_us(now())}
        changes = ", ".join(f"{name} = ?" for name in columns)
        db.execute(f"UPDATE blueprints SET {changes} WHERE id = ?", (*columns.values(), id))  # noqa: S608
    after = find(db, project_id, id)
    assert after, "it was read in this transaction"
    return EditedBlueprint(blueprint=after, changed=list(new))


def _columns(given: dict[str, object]) -> dict[str, object]:
    """Return fields as columns, with what is kept in them."""
    return {
        COLUMN_OF.get(name, name): orjson.dumps(value).decode() if name in JSON_FIELDS else value
        for name, value in given.items()
    }


def _where(wanted: BlueprintFilter) -> tuple[str, list[object]]:
    """Return a predicate over `blueprints`, and its values."""
    terms = ["project_id = ?", "complexity_score >= ?"]
    values: list[object] = [wanted.project_id, wanted.min_complexity]
    for tag in wanted.tags:
        terms.append("EXISTS (SELECT 1 FROM json_each(blueprints.tags) WHERE value = ?)")
        values.append(tag)
    if wanted.status is not None:
        terms.append("status = ?")
        values.append(wanted.status)
    return " AND ".join(terms), values
