"""todo_action: what is to be done, how soon, and what it waits for."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import Page
from ltmc_server.stores.todos import (
    Edited,
    Priority,
    Status,
    Todo,
    TodoDraft,
    TodoEdit,
    TodoFilter,
    TodoId,
    TodoStore,
)
from ltmc_server.tools.vocabulary import (
    FromChar,
    FromJsonText,
    Limit,
    Object,
    Offset,
    ProjectId,
    Query,
    Tags,
    Time,
    in_utc,
    to_utc,
)

Id: TypeAlias = Annotated[TodoId, Field(min_length=1, max_length=100, description="Which todo.")]
Title: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=500, description="What is to be done, in one line.")
]
Description: TypeAlias = Annotated[str, Field(max_length=20_000, description="More about it.")]
HowSoon: TypeAlias = Annotated[Priority, Field(description="How soon it matters.")]
HowFar: TypeAlias = Annotated[
    Literal["all", "pending", "in_progress", "completed"],
    Field(description="How far it has come."),
]
Tagged: TypeAlias = Annotated[str, Field(max_length=100, description="A tag that it must have.")]
DueAt: TypeAlias = Annotated[
    AwareDatetime | Literal["never"],
    BeforeValidator(lambda value: "never" if value in ("", "never") else in_utc(value)),
    AfterValidator(lambda value: value if value == "never" else to_utc(value)),
    WithJsonSchema(
        {
            "type": "string",
            "description": "When it is due: a time, or a day. An empty text takes it away.",
        }
    ),
]
DueBefore: TypeAlias = Annotated[Time, Field(description="Only what is due before this time.")]
DependsOn: TypeAlias = Annotated[
    Sequence[TodoId],
    FromJsonText,
    Field(max_length=50, description="Ids of todos that must be completed first: all of them."),
]


@dataclass(frozen=True)
class TodoTool(Tool):
    """Keep track of what is to be done: priorities, due times, and what waits for what."""

    name: ClassVar[str] = "todo_action"

    todos: TodoStore
    project: str
    """Of a call that names none."""

    @action("write")
    async def add(
        self,
        *,
        title: Title,
        description: Description = "",
        priority: HowSoon = "medium",
        tags: Tags | None = None,
        due_at: DueAt | None = None,
        depends_on: DependsOn | None = None,
        project_id: ProjectId = None,
    ) -> Todo:
        """Add a todo; it is pending."""
        draft = TodoDraft(
            project_id=project_id or self.project,
            title=title,
            description=description,
            priority=priority,
            tags=tags or (),
            due_at=None if due_at == "never" else due_at,
            depends_on=depends_on or (),
        )
        return await self.todos.add(draft)

    @action("read")
    async def list(
        self,
        *,
        status: HowFar = "all",
        priority: HowSoon | None = None,
        tag: Tagged = "",
        due_before: DueBefore | None = None,
        limit: Limit = 10,
        offset: Offset = 0,
        project_id: ProjectId = None,
    ) -> Page[Todo]:
        """List todos, the urgent first, then the newest."""
        wanted = TodoFilter(
            project_id=project_id or self.project,
            status=None if status == "all" else status,
            priority=priority,
            tag=tag.strip(),
            due_before=due_before,
        )
        return await self.todos.page(wanted, limit=limit, offset=offset)

    @action("write")
    async def complete(self, *, todo_id: Id, project_id: ProjectId = None) -> Object:
        """Mark a todo as done."""
        return await self._move(project_id, todo_id, "completed")

    @action("write")
    async def start(self, *, todo_id: Id, project_id: ProjectId = None) -> Object:
        """Mark a todo as being worked on."""
        return await self._move(project_id, todo_id, "in_progress")

    @action("write")
    async def reopen(self, *, todo_id: Id, project_id: ProjectId = None) -> Object:
        """Mark a todo as not begun, whatever it was."""
        return await self._move(project_id, todo_id, "pending")

    @action("read")
    async def search(
        self,
        *,
        query: Query,
        status: HowFar = "all",
        limit: Limit = 10,
        offset: Offset = 0,
        project_id: ProjectId = None,
    ) -> Page[Todo]:
        """Find todos that hold every word of the query, or words that begin with them."""
        wanted = TodoFilter(
            project_id=project_id or self.project,
            query=query,
            status=None if status == "all" else status,
        )
        return await self.todos.page(wanted, limit=limit, offset=offset)

    @action("read")
    async def get(
        self, *, todo_id: Id, from_char: FromChar = 0, project_id: ProjectId = None
    ) -> Todo:
        """Return one todo."""
        todo = await self.todos.get(project_id or self.project, todo_id)
        if todo is None:
            raise _missing(todo_id)
        return replace(todo, description=todo.description[from_char:])

    @action("write")
    async def update(
        self,
        *,
        todo_id: Id,
        title: Title | None = None,
        description: Description | None = None,
        priority: HowSoon | None = None,
        tags: Tags | None = None,
        due_at: DueAt | None = None,
        depends_on: DependsOn | None = None,
        project_id: ProjectId = None,
    ) -> Object:
        """Change what is given of a todo, and say what changed."""
        edit = TodoEdit(
            title=title,
            description=description,
            priority=priority,
            tags=tags,
            due_at=due_at,
            depends_on=depends_on,
        )
        return _told(todo_id, await self.todos.edit(project_id or self.project, todo_id, edit))

    @action("destroy")
    async def delete(self, *, todo_id: Id, project_id: ProjectId = None) -> Todo:
        """Delete one todo; nothing waits for it any more."""
        todo = await self.todos.remove(project_id or self.project, todo_id)
        if todo is None:
            raise _missing(todo_id)
        return todo

    async def _move(self, project_id: str | None, id: TodoId, status: Status) -> Object:
        edit = TodoEdit(status=status)
        return _told(id, await self.todos.edit(project_id or self.project, id, edit))


def _told(id: TodoId, edited: Edited | None) -> Object:
    if edited is None:
        raise _missing(id)
    return asdict(edited.todo) | {"changed": edited.changed}


def _missing(id: TodoId) -> NotFound:
    return NotFound("todo", id, "todo_action list shows what this project has.")
