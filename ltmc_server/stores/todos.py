"""What a todo is, and what the tools ask of the store that keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NewType, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Page

TodoId = NewType("TodoId", str)
"""`todo_…`: sorts by the time it was made."""

Priority: TypeAlias = Literal["low", "medium", "high", "urgent"]
"""How soon it matters."""

PRIORITIES: Final[tuple[Priority, ...]] = ("low", "medium", "high", "urgent")
"""From the least; a priority's index is its rank."""

Status: TypeAlias = Literal["pending", "in_progress", "completed"]
"""How far it has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something that is to be done."""

    id: TodoId
    project_id: str
    title: str
    description: str
    priority: Priority
    status: Status
    tags: Sequence[str]
    due_at: datetime | None
    depends_on: Sequence[TodoId]
    """What must be completed before it, by ascending id."""
    blocked_by: Sequence[TodoId]
    """Those of `depends_on` that are not completed; none once it is completed itself."""
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoDraft:
    """A todo that is to be added."""

    project_id: str
    title: str
    description: str = ""
    priority: Priority = "medium"
    tags: Sequence[str] = ()
    due_at: datetime | None = None
    depends_on: Sequence[TodoId] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoEdit:
    """What is to change of a todo; a field that is None stays."""

    status: Status | None = None
    title: str | None = None
    description: str | None = None
    priority: Priority | None = None
    tags: Sequence[str] | None = None
    due_at: datetime | Literal["never"] | None = None
    depends_on: Sequence[TodoId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A todo after an edit."""

    todo: Todo
    changed: Sequence[str]
    """Names of the fields that have another value than before; none, and nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoFilter:
    """Which todos a list is of; a field that is None or empty does not narrow it."""

    project_id: str
    query: str = ""
    """Each of its words, or a word that begins with it, is in the title or the description."""
    status: Status | None = None
    priority: Priority | None = None
    tag: str = ""
    due_before: datetime | None = None
    """Exclusive; a todo without `due_at` is never due."""


class TodoStore(Protocol):
    """Todos and what they wait for.

    A change that names a todo as a dependency raises `NotFound` if the project has none of that
    id, and `CyclicDependency` if it would wait for itself; then nothing is written.
    """

    async def add(self, draft: TodoDraft) -> Todo:
        """Add a todo; its status is pending."""
        ...

    async def get(self, project_id: str, id: TodoId) -> Todo | None:
        """Return one todo of the project."""
        ...

    async def page(self, wanted: TodoFilter, *, limit: int, offset: int) -> Page[Todo]:
        """Return todos, the urgent first, then the newest."""
        ...

    async def edit(self, project_id: str, id: TodoId, edit: TodoEdit) -> Edited | None:
        """Change a todo. `completed_at` follows its status."""
        ...

    async def remove(self, project_id: str, id: TodoId) -> Todo | None:
        """Delete a todo and return it as it was; nothing depends on it any more."""
        ...
