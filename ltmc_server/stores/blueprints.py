"""What a blueprint is, and what the tools ask of the store that keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NewType, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import ConfirmationRequired
from ltmc_server.model import Page
from ltmc_server.planning.complexity import Complexity

BlueprintId = NewType("BlueprintId", str)
"""`bp_…`: sorts by the time it was made."""

Status: TypeAlias = Literal["draft", "ready", "in_progress", "done", "dropped"]
"""How far it has come."""

OPEN: Final[frozenset[Status]] = frozenset({"draft", "ready", "in_progress"})
"""There is still something to do; what is done or dropped nothing waits for."""

BLUEPRINTS_PLANNED_MAX: Final = 10_000
"""Of one project, the oldest; a plan of more would be nobody's to follow."""

DEPENDENTS_NAMED_MAX: Final = 5
"""In an error; how many there are is said beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A plan of one piece of work."""

    id: BlueprintId
    project_id: str
    title: str
    description: str
    complexity: Complexity
    complexity_score: float
    """In [0, 1]."""
    priority_score: float
    """In [0, 1]; greater is sooner."""
    estimated_duration_minutes: int
    required_skills: tuple[str, ...]
    tags: tuple[str, ...]
    status: Status
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintDraft:
    """A blueprint that is to be made."""

    project_id: str
    title: str
    description: str
    complexity: Complexity = "medium"
    complexity_score: float = 0.5
    priority_score: float = 0.5
    estimated_duration_minutes: int = 60
    required_skills: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintEdit:
    """What is to change; None leaves a field as it is."""

    title: str | None = None
    description: str | None = None
    complexity: Complexity | None = None
    complexity_score: float | None = None
    priority_score: float | None = None
    estimated_duration_minutes: int | None = None
    required_skills: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedBlueprint:
    """A blueprint after an edit."""

    blueprint: Blueprint
    changed: Sequence[str]
    """Names of the fields that have another value than before; none, and nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintFilter:
    """Which blueprints a list is of; a field that is None or empty does not narrow it."""

    project_id: str
    min_complexity: float = 0.0
    """Of `complexity_score`, inclusive."""
    tags: tuple[str, ...] = ()
    """All of them."""
    status: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedBlueprint:
    """What was deleted, and what waited for it."""

    blueprint: Blueprint
    dependents: Sequence[BlueprintId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """That one blueprint can not be done before another."""

    dependent_id: BlueprintId
    prerequisite_id: BlueprintId
    dependency_type: str
    """A label of the caller's."""
    is_critical: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyDraft:
    """A dependency that is to be made."""

    dependent_id: BlueprintId
    prerequisite_id: BlueprintId
    dependency_type: str = "blocking"
    is_critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What a project plans, and what of it needs what."""

    blueprints: Sequence[Blueprint]
    """Oldest first, without their descriptions; `BLUEPRINTS_PLANNED_MAX` at most."""
    edges: Sequence[Dependency]
    """Between those, oldest first."""
    complete: bool
    """False when the project has more."""


class BlueprintStore(Protocol):
    """Blueprints, each for itself."""

    async def add(self, draft: BlueprintDraft) -> Blueprint:
        """Make a blueprint; its status is draft."""
        ...

    async def get(self, project_id: str, id: BlueprintId) -> Blueprint | None:
        """Return one blueprint of the project."""
        ...

    async def page(self, wanted: BlueprintFilter, *, limit: int, offset: int) -> Page[Blueprint]:
        """Return blueprints, the greatest priority first, then the oldest."""
        ...

    async def edit(
        self, project_id: str, id: BlueprintId, edit: BlueprintEdit
    ) -> EditedBlueprint | None:
        """Change a blueprint."""
        ...

    async def remove(
        self, project_id: str, id: BlueprintId, *, with_dependents: bool
    ) -> RemovedBlueprint | None:
        """Delete a blueprint and return it as it was; nothing waits for it any more.

        Raises:
            ConfirmationRequired: others depend on it, and not `with_dependents`.
        """
        ...


class DependencyStore(Protocol):
    """Which blueprint needs which. There is never a cycle, however many processes write."""

    async def require(self, project_id: str, needed: DependencyDraft) -> Dependency:
        """Make one blueprint wait for another; again, and only label and flag change.

        Raises:
            NotFound: the project has none of one of the ids.
            CyclicDependency: the prerequisite waits for the dependent, or is it.
        """
        ...

    async def release(
        self, project_id: str, dependent: BlueprintId, prerequisite: BlueprintId
    ) -> Dependency | None:
        """Remove a dependency and return it as it was."""
        ...

    async def dependencies(self, project_id: str) -> Dependencies:
        """Return what is planned in a project, and what needs what, both at one moment."""
        ...


def confirmation(blueprint: Blueprint, dependents: Sequence[BlueprintId]) -> ConfirmationRequired:
    """Return the error that says what depends on a blueprint that is to be deleted."""
    named = ", ".join(dependents[:DEPENDENTS_NAMED_MAX])
    more = len(dependents) - DEPENDENTS_NAMED_MAX
    rest = f" and {more} more" if more > 0 else ""
    return ConfirmationRequired(f"{blueprint.id}, needed by {named}{rest}")
