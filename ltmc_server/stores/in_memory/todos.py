"""Todos in a dictionary."""

from collections.abc import Sequence
from dataclasses import field, fields, replace
from typing import Any

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import CyclicDependency, NotFound
from ltmc_server.model import Page, Scope, new_id, now
from ltmc_server.planning.cycles import cycle
from ltmc_server.stores.full_text import holds, query_words
from ltmc_server.stores.in_memory.words import shares
from ltmc_server.stores.interfaces import Found
from ltmc_server.stores.todos import (
    PRIORITIES,
    Edited,
    Todo,
    TodoDraft,
    TodoEdit,
    TodoFilter,
    TodoId,
)


@dataclass(frozen=True, slots=True)
class InMemoryTodos:
    """A `TodoStore`, and the `Finder` of todos."""

    rows: dict[TodoId, Todo] = field(default_factory=dict)
    """In the order they were added; `blocked_by` is worked out when one is read."""

    async def add(self, draft: TodoDraft) -> Todo:
        moment = now()
        todo = Todo(
            id=TodoId(new_id("todo")),
            project_id=draft.project_id,
            title=draft.title,
            description=draft.description,
            priority=draft.priority,
            status="pending",
            tags=tuple(draft.tags),
            due_at=draft.due_at,
            depends_on=self._checked(draft.project_id, draft.depends_on),
            blocked_by=(),
            created_at=moment,
            updated_at=moment,
            completed_at=None,
        )
        self.rows[todo.id] = todo
        return self._read(todo)

    async def get(self, project_id: str, id: TodoId) -> Todo | None:
        todo = self.rows.get(id)
        return self._read(todo) if todo and todo.project_id == project_id else None

    async def page(self, wanted: TodoFilter, *, limit: int, offset: int) -> Page[Todo]:
        newest = reversed(self.rows.values())
        found = [self._read(todo) for todo in newest if _fits(todo, wanted)]
        found.sort(key=lambda todo: -PRIORITIES.index(todo.priority))
        return Page.of(found[offset : offset + limit], total=len(found), offset=offset)

    async def edit(self, project_id: str, id: TodoId, edit: TodoEdit) -> Edited | None:
        before = await self.get(project_id, id)
        if before is None:
            return None
        after = replace(before, **self._values(before, edit))
        self._refuse_cycle(after)
        self.rows[id] = after
        after = self._read(after)
        changed = [
            each.name
            for each in fields(Todo)
            if getattr(before, each.name) != getattr(after, each.name)
        ]
        self.rows[id] = replace(after, updated_at=now() if changed else after.updated_at)
        return Edited(todo=self.rows[id], changed=changed)

    async def remove(self, project_id: str, id: TodoId) -> Todo | None:
        todo = await self.get(project_id, id)
        if todo:
            del self.rows[id]
        return todo

    async def find(self, query: str, scope: Scope, *, limit: int) -> Sequence[Found]:
        scores = shares(query_words(query), {id: _text(todo) for id, todo in self.rows.items()})
        found = [
            Found(
                kind="todo",
                id=id,
                title=self.rows[id].title,
                text=self.rows[id].description or self.rows[id].title,
                score=scores[id],
                created_at=self.rows[id].created_at,
            )
            for id in reversed(scores)
            if self.rows[id].project_id == scope.project_id
        ]
        return sorted(found, key=lambda one: -one.score)[:limit]

    def _read(self, todo: Todo) -> Todo:
        needs = [id for id in todo.depends_on if id in self.rows]
        open = [id for id in needs if self.rows[id].status != "completed"]
        blocked_by = () if todo.status == "completed" else tuple(open)
        return replace(todo, depends_on=tuple(needs), blocked_by=blocked_by)

    def _values(self, before: Todo, edit: TodoEdit) -> dict[str, Any]:
        """Return the fields that an edit sets, with what it sets them to."""
        given = {each.name: getattr(edit, each.name) for each in fields(TodoEdit)}
        values = {name: value for name, value in given.items() if value is not None}
        if edit.due_at == "never":
            values["due_at"] = None
        if edit.tags is not None:
            values["tags"] = tuple(edit.tags)
        if edit.depends_on is not None:
            values["depends_on"] = self._checked(before.project_id, edit.depends_on)
        if edit.status is not None and edit.status != before.status:
            values["completed_at"] = now() if edit.status == "completed" else None
        return values

    def _checked(self, project_id: str, needs: Sequence[TodoId]) -> tuple[TodoId, ...]:
        for needed in needs:
            if needed not in self.rows or self.rows[needed].project_id != project_id:
                raise NotFound("todo", needed, "depends_on takes ids of todos of the same project.")
        return tuple(sorted(set(needs)))

    def _refuse_cycle(self, todo: Todo) -> None:
        rows = self.rows | {todo.id: todo}
        if closed := cycle(todo.id, lambda todo_id: self._read(rows[todo_id]).depends_on):
            raise CyclicDependency(closed)


def _text(todo: Todo) -> str:
    return f"{todo.title} {todo.description}"


def _fits(todo: Todo, wanted: TodoFilter) -> bool:
    due = wanted.due_before is None or (todo.due_at is not None and todo.due_at < wanted.due_before)
    words = query_words(wanted.query)
    return (
        todo.project_id == wanted.project_id
        and wanted.status in (None, todo.status)
        and wanted.priority in (None, todo.priority)
        and (not wanted.tag or wanted.tag in todo.tags)
        and due
        and (not wanted.query or bool(words))
        and all(holds(_text(todo), word) for word in words)
    )
