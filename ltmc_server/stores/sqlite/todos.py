"""Todos in SQLite."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import CyclicDependency, NotFound
from ltmc_server.model import Page, Scope, new_id, now
from ltmc_server.planning.cycles import cycle
from ltmc_server.stores.full_text import query_words
from ltmc_server.stores.interfaces import Found
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.rows import (
    from_us,
    from_us_or_none,
    in_one_row,
    rows_of,
    to_us,
    to_us_or_none,
)
from ltmc_server.stores.sqlite.searching import best, holding, search
from ltmc_server.stores.sqlite.words import all_of
from ltmc_server.stores.todos import (
    PRIORITIES,
    Edited,
    Todo,
    TodoDraft,
    TodoEdit,
    TodoFilter,
    TodoId,
)

TODOS: Final = """
    SELECT t.*,
        (SELECT json_group_array(needed_id) || '' FROM todo_needs WHERE todo_id = t.id) AS needs,
        (SELECT json_group_array(needed_id) || ''
         FROM todo_needs JOIN todos AS n ON n.id = needed_id
         WHERE todo_id = t.id AND n.status <> 'completed' AND t.status <> 'completed') AS waits
    FROM todos AS t"""

COLUMNS: Final = (
    *("number", "id", "project_id", "title", "description", "priority", "status", "tags"),
    *("due_us", "created_us", "updated_us", "completed_us", "needs", "waits"),
)


@dataclass(frozen=True, slots=True)
class SqliteTodos:
    """A `TodoStore`, and the `Finder` of todos."""

    database: Database

    async def add(self, draft: TodoDraft) -> Todo:
        return await self.database.write("adding a todo", lambda db: _add(db, draft))

    async def get(self, project_id: str, id: TodoId) -> Todo | None:
        return self.database.read("reading a todo", lambda db: _get(db, project_id, id))

    async def page(self, wanted: TodoFilter, *, limit: int, offset: int) -> Page[Todo]:
        if wanted.query and not query_words(wanted.query):
            return Page.of((), total=0, offset=offset)
        (where, values), order = _where(wanted), "ORDER BY t.priority DESC, t.number DESC"
        # The predicate is ours; every value of the caller is bound.
        source = holding("todo_words", "t") if wanted.query else "todos AS t"
        count = f"SELECT count(*) FROM {source} WHERE {where}"  # noqa: S608
        rows = f"{TODOS} WHERE {where} {order} LIMIT ? OFFSET ?"
        if wanted.query:
            # What a todo waits for is looked up for those of the page only.
            page = f"SELECT t.number FROM {source} WHERE {where} {order} LIMIT ? OFFSET ?"  # noqa: S608
            rows = f"{TODOS} WHERE t.number IN ({page}) {order}"
        sql = f"SELECT ({count}), {in_one_row(rows, COLUMNS)}"

        def work(db: sqlite3.Connection) -> tuple[int, str]:
            total, found = db.execute(sql, (*values, *values, limit, offset)).fetchone()
            return total, found

        if wanted.query:
            total, found = await search(self.database, "todo_words", "searching todos", work)
        else:
            total, found = self.database.read("listing todos", work)
        todos = rows_of(found, COLUMNS)
        # In which order they are put into one row, SQLite does not promise.
        todos.sort(key=lambda row: (row["priority"], row["number"]), reverse=True)
        return Page.of([_todo(row) for row in todos], total=total, offset=offset)

    async def edit(self, project_id: str, id: TodoId, edit: TodoEdit) -> Edited | None:
        return await self.database.write(
            "changing a todo", lambda db: _edit(db, project_id, id, edit)
        )

    async def remove(self, project_id: str, id: TodoId) -> Todo | None:
        def work(db: sqlite3.Connection) -> Todo | None:
            todo = _get(db, project_id, id)
            db.execute("DELETE FROM todos WHERE project_id = ? AND id = ?", (project_id, id))
            return todo

        return await self.database.write("deleting a todo", work)

    async def find(self, query: str, scope: Scope, *, limit: int) -> Sequence[Found]:
        words = query_words(query)
        if not words:
            return ()
        inside = _where(TodoFilter(project_id=scope.project_id))

        def work(db: sqlite3.Connection) -> list[Found]:
            return [
                _found(row, share) for row, share in best(db, "todo_words", words, inside, limit)
            ]

        return await search(self.database, "todo_words", "searching todos", work)


def _add(db: sqlite3.Connection, draft: TodoDraft) -> Todo:
    id, moment = TodoId(new_id("todo")), to_us(now())
    db.execute(
        """INSERT INTO todos (id, project_id, title, description, priority, status, tags,
               due_us, created_us, updated_us) VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)""",
        (
            id,
            draft.project_id,
            draft.title,
            draft.description,
            PRIORITIES.index(draft.priority),
            orjson.dumps(draft.tags).decode(),
            to_us_or_none(draft.due_at),
            moment,
            moment,
        ),
    )
    _write_needs(db, draft.project_id, id, draft.depends_on)
    return _stored(db, draft.project_id, id)


def _edit(db: sqlite3.Connection, project_id: str, id: TodoId, edit: TodoEdit) -> Edited | None:
    before = _get(db, project_id, id)
    if before is None:
        return None
    if edit.depends_on is not None:
        _write_needs(db, project_id, id, edit.depends_on)
    columns = _columns(before, edit)
    if columns:
        changes = ", ".join(f"{name} = ?" for name in columns)
        # The names are those of `_columns`.
        db.execute(f"UPDATE todos SET {changes} WHERE id = ?", (*columns.values(), id))  # noqa: S608
    after = _stored(db, project_id, id)
    changed = [
        each.name
        for each in fields(Todo)
        if getattr(before, each.name) != getattr(after, each.name)
    ]
    if changed:
        db.execute("UPDATE todos SET updated_us = ? WHERE id = ?", (to_us(now()), id))
    return Edited(todo=_stored(db, project_id, id), changed=changed)


def _columns(before: Todo, edit: TodoEdit) -> dict[str, object]:
    """Return the columns that an edit sets, with what it sets them to."""
    columns: dict[str, object] = {"title": edit.title, "description": edit.description}
    if edit.priority is not None:
        columns["priority"] = PRIORITIES.index(edit.priority)
    if edit.tags is not None:
        columns["tags"] = orjson.dumps(edit.tags).decode()
    columns = {name: value for name, value in columns.items() if value is not None}
    if edit.due_at is not None:
        columns["due_us"] = None if edit.due_at == "never" else to_us(edit.due_at)
    if edit.status is not None and edit.status != before.status:
        done = edit.status == "completed"
        columns |= {"status": edit.status, "completed_us": to_us(now()) if done else None}
    return columns


def _write_needs(
    db: sqlite3.Connection, project_id: str, id: TodoId, needs: Sequence[TodoId]
) -> None:
    for needed in needs:
        if _get(db, project_id, needed) is None:
            raise NotFound("todo", needed, "depends_on takes ids of todos of the same project.")
    db.execute("DELETE FROM todo_needs WHERE todo_id = ?", (id,))
    db.executemany("INSERT OR IGNORE INTO todo_needs VALUES (?, ?)", [(id, each) for each in needs])
    if closed := cycle(id, lambda todo: _needs(db, todo)):
        raise CyclicDependency(closed)


def _needs(db: sqlite3.Connection, id: TodoId) -> list[TodoId]:
    rows = db.execute("SELECT needed_id FROM todo_needs WHERE todo_id = ? ORDER BY 1", (id,))
    return [row[0] for row in rows]


def _get(db: sqlite3.Connection, project_id: str, id: TodoId) -> Todo | None:
    row = db.execute(f"{TODOS} WHERE t.project_id = ? AND t.id = ?", (project_id, id)).fetchone()
    return _todo(row) if row else None


def _stored(db: sqlite3.Connection, project_id: str, id: TodoId) -> Todo:
    todo = _get(db, project_id, id)
    assert todo, "it was written in this transaction"
    return todo


def _where(wanted: TodoFilter) -> tuple[str, list[object]]:
    """Return a predicate over `todos AS t`, and its values."""
    terms: list[tuple[str, object]] = [("t.project_id = ?", wanted.project_id)]
    if wanted.status is not None:
        terms.append(("t.status = ?", wanted.status))
    if wanted.priority is not None:
        terms.append(("t.priority = ?", PRIORITIES.index(wanted.priority)))
    if wanted.tag:
        terms.append(("EXISTS (SELECT 1 FROM json_each(t.tags) WHERE value = ?)", wanted.tag))
    if wanted.due_before is not None:
        terms.append(("t.due_us < ?", to_us(wanted.due_before)))
    if wanted.query:
        terms.append(("todo_words MATCH ?", all_of(query_words(wanted.query))))
    return " AND ".join(term for term, _ in terms), [value for _, value in terms]


def _todo(row: sqlite3.Row | Mapping[str, Any]) -> Todo:
    return Todo(
        id=row["id"],
        project_id=row["project_id"],
        title=row["title"],
        description=row["description"],
        priority=PRIORITIES[row["priority"]],
        status=row["status"],
        tags=tuple(orjson.loads(row["tags"])),
        due_at=from_us_or_none(row["due_us"]),
        depends_on=tuple(sorted(orjson.loads(row["needs"]))),
        blocked_by=tuple(sorted(orjson.loads(row["waits"]))),
        created_at=from_us(row["created_us"]),
        updated_at=from_us(row["updated_us"]),
        completed_at=from_us_or_none(row["completed_us"]),
    )


def _found(row: sqlite3.Row, score: float) -> Found:
    return Found(
        kind="todo",
        id=row["id"],
        title=row["title"],
        text=row["description"] or row["title"],
        score=score,
        created_at=from_us(row["created_us"]),
    )
