"""The nouns of the server, as plain frozen values.

Nothing here does I/O or imports a sibling, so every layer may import it. Times are aware
datetimes in UTC; ids are strings that sort by the time they were made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    Self,
    TypeAlias,
    TypeVar,
)

from ltmc_server.dataclass import dataclass

if TYPE_CHECKING:
    # numpy takes longer to import than the server takes to start.
    import numpy as np
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float32]
    """Shape (dimension,), unit length."""

    Vectors: TypeAlias = NDArray[np.float32]
    """Shape (n, dimension), rows of unit length."""
else:
    Vector = Vectors = object

DocumentId = NewType("DocumentId", str)
"""`mem_…`: one text under one file name, through all its versions."""

PassageId = NewType("PassageId", int)
"""Row id of a passage. Full text and vectors use the same number, so the views join on it."""

ResourceType: TypeAlias = Literal["document", "code", "note", "chat", "data", "other"]
"""What a text is; retrieval can be narrowed to one type."""

Mode: TypeAlias = Literal["hybrid", "semantic", "keyword"]
"""How retrieval matches: by meaning, by words, or both."""

_Item = TypeVar("_Item")


def new_id(prefix: str) -> str:
    """Return a fresh id that sorts after those made before it: prefix, `_`, a ULID."""
    # Not at the top: it takes 3 ms, and no question needs it.
    from ulid import ULID

    return f"{prefix}_{ULID()}"


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A stored text, at its newest version."""

    id: DocumentId
    project_id: str
    file_name: str
    resource_type: ResourceType
    conversation_id: str | None
    tags: Sequence[str]
    metadata: Mapping[str, Any]
    version: int
    chars: int
    chunk_count: int
    created_at: datetime
    updated_at: datetime
    event_time: datetime | None
    """When what the text tells of happened, as its author said."""
    expires_at: datetime | None
    """From then on it is found no more."""
    content: str | None = None
    """The text; None in lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that is to be stored."""

    project_id: str
    file_name: str
    content: str
    resource_type: ResourceType = "document"
    conversation_id: str | None = None
    tags: Sequence[str] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    event_time: datetime | None = None
    expires_at: datetime | None = None
    expected_version: int | None = None
    """Version the caller believes is stored, 0 for none; another one is a conflict."""
    idempotency_key: str | None = None
    """The same key again stores nothing and returns what the first call did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One passage of a draft, before it has an id."""

    start: int
    """Offset of its first character in the text."""
    text: str
    digest: bytes
    """Hash of the text; equal texts share one vector."""
    vector: bytes | None
    """float16, little endian, of the draft's embedding model; None if it is made later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What storing a draft did."""

    document: Document
    duplicate_of: DocumentId | None
    """Another document of the project that holds the same text."""
    unembedded: int = 0
    """Passages of it whose vectors are still to be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text as it was."""

    version: int
    content: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a document small enough to be one hit of a search."""

    id: PassageId
    document: Document
    start: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which documents a question is about; a field that is None or empty does not narrow it."""

    project_id: str
    conversation_id: str | None = None
    resource_type: ResourceType | None = None
    tags: Sequence[str] = ()
    """All of them."""
    created_after: datetime | None = None
    """Inclusive."""
    created_before: datetime | None = None
    """Exclusive."""
    folder: str = ""
    """How file names begin."""

    @property
    def is_whole_project(self) -> bool:
        """Whether nothing but the project narrows it."""
        narrowing = (self.conversation_id, self.resource_type, self.created_after)
        return not (self.tags or self.folder) and (*narrowing, self.created_before) == (None,) * 4


class Match(NamedTuple):
    """A passage that a view found, with the view's own measure of how well it fits."""

    # A tuple, as `Holding`: a question makes a hundred of each, and a frozen dataclass takes thrice
    # as long to make.

    id: PassageId
    strength: float
    """Greater is better: the cosine."""


class Holding(NamedTuple):
    """A passage that has words of a question."""

    id: PassageId
    document_id: DocumentId
    strength: float
    """BM25 over the weight of all the words: about 1 where a passage of average length has each
    of them once, 2.2 at the most. On one scale for every question and every store."""
    share: float
    """How much of the words' weight the passage has, in (0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[_Item]):
    """Some of many: the envelope of every list."""

    items: Sequence[_Item]
    returned: int
    total: int
    has_more: bool
    next: int | str | None = None
    """Where the next page begins: an `offset`, or a `cursor`."""

    @classmethod
    def of(cls, items: Sequence[_Item], *, total: int, offset: int) -> Self:
        """Wrap a page that began at `offset` of `total`."""
        end = offset + len(items)
        more = end < total
        return cls(
            items=items, returned=len(items), total=total, has_more=more, next=end if more else None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPage(Page[_Item]):
    """A page whose `next` is the id of its last entry: stays right while entries are added."""
