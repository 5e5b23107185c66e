"""What a link is, and what the tools ask of the store that keeps them.

An entity is any name that a link has at an end: the id of a memory, a todo or a message, or a
word of the caller's own. It is there while something is linked to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, Final, Literal, NewType, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import CursorPage

LinkId = NewType("LinkId", str)
"""`link_…`: sorts by the time it was made."""

Direction: TypeAlias = Literal["incoming", "outgoing", "both"]
"""Which links of an entity: those to it, those from it, or all."""

Side: TypeAlias = Literal["incoming", "outgoing"]
"""How a link lies, seen from the end that a walk came from; a loop is as it was asked for."""

LINKS_LOOKED_AT_MAX: Final = 100_000
"""One question looks at no more; its answer then says that it is not complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """That one entity has a relation to another."""

    id: LinkId
    project_id: str
    source_id: str
    target_id: str
    relation: str
    weight: float
    """How strong, in [0, 1]."""
    properties: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDraft:
    """A link that is to be made."""

    project_id: str
    source_id: str
    target_id: str
    relation: str
    weight: float = 1.0
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A link, made or changed."""

    link: Link
    created: bool
    """Whether it is new; otherwise source, target and relation were linked before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFilter:
    """Which links a list is of; a field that is empty does not narrow it."""

    project_id: str
    entity: str = ""
    """At either end."""
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree:
    """How many links an entity has."""

    entity: str
    incoming: int
    outgoing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphCounts:
    """What there is of a project."""

    links: int
    entities: int
    relations: Mapping[str, int]
    """Links by relation, the most frequent first."""
    most_linked: Sequence[Degree]
    """A loop counts at both ends. Ties by name."""


class LinkStore(Protocol):
    """Links, each made, read and removed for itself."""

    async def put(self, drafts: Sequence[LinkDraft]) -> Sequence[Linked]:
        """Make links, all of them or none.

        Where source, target and relation are linked already, that link gets the new weight and
        properties and keeps its id.
        """
        ...

    async def get(self, project_id: str, id: LinkId) -> Link | None:
        """Return one link of the project."""
        ...

    async def page(self, wanted: LinkFilter, *, limit: int, cursor: str = "") -> CursorPage[Link]:
        """Return links, newest first, after the link `cursor`.

        Raises:
            NotFound: the project has no link `cursor`.
        """
        ...

    async def remove(self, project_id: str, id: LinkId) -> Link | None:
        """Remove a link and return it as it was."""
        ...

    async def remove_entity(self, project_id: str, entity: str) -> int:
        """Remove every link of an entity; return how many there were."""
        ...

    async def counts(self, project_id: str, *, limit: int) -> GraphCounts:
        """Count; at most `limit` relations and entities are named."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Which links may be walked, and which way."""

    project_id: str
    start: str
    direction: Direction = "both"
    relation: str = ""
    """Only links of it; any, if it is empty."""
    depth: int = 1
    """Links from the start to the farthest at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A link as a walk came upon it."""

    link: Link
    direction: Side
    depth: int
    """1 when it touches the start; 2 when it touches a neighbour of it; and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationships:
    """Links that a walk came upon, each once."""

    items: Sequence[Relationship]
    """Nearest first, then heaviest, then oldest."""
    total: int
    has_more: bool
    """Whether some come after the last of `items`."""
    complete: bool
    """False when there may be more than `LINKS_LOOKED_AT_MAX` let it see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A shortest chain of links; `links` is empty when the ends are one."""

    links: Sequence[Relationship] | None
    """From the start on; None when there is no chain so short. `depth` counts them."""
    complete: bool


class LinkWalker(Protocol):
    """Links as a web to walk in."""

    async def relationships(self, walk: Walk, *, limit: int, cursor: str = "") -> Relationships:
        """Return the links within `walk.depth` of its start, after the link `cursor`.

        Raises:
            NotFound: the walk does not come upon a link `cursor`.
        """
        ...

    async def path(self, walk: Walk, target: str) -> Chain:
        """Return a shortest chain from the start of `walk` to `target`, at most its depth long."""
        ...
