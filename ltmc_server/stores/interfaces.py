"""What the tools ask of storage. One Protocol per question, none per backend.

Rules every implementation keeps, checked by `tests/stores/`:

- A call either happens whole or raises `BackendError`; it never half-writes.
- A write is durable when the call returns.
- Ids that are not stored are left out of answers; only the tools decide whether that is an error.
- Documents that have expired are as if deleted.
- Calls may come from one event loop only.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import (
    Document,
    DocumentId,
    Draft,
    Holding,
    Match,
    Page,
    Passage,
    PassageId,
    Piece,
    Scope,
    Stored,
    Vector,
    Vectors,
    Version,
)


class DocumentStore(Protocol):
    """Stored texts and their versions."""

    async def put(self, draft: Draft, pieces: Sequence[Piece], *, model: str) -> Stored:
        """Store a text under its file name: a new document, or the next version of one.

        The same text under the same name again is no new version; what else changed is kept.

        Args:
            draft: the text and what is known of it.
            pieces: its passages; joined they are the text.
            model: which embedding model made their vectors.

        Raises:
            Conflict: another version is stored than `draft.expected_version`, or the
                idempotency key was used for another request.
        """
        ...

    async def get(self, project_id: str, *, id: str = "", file_name: str = "") -> Document | None:
        """Return the document of an id, or of a file name, with its text."""
        ...

    async def page(self, scope: Scope, *, limit: int, offset: int) -> Page[Document]:
        """Return documents without their texts, newest first."""
        ...

    async def remove(self, ids: Sequence[DocumentId]) -> int:
        """Delete documents with all that belongs to them; return how many there were."""
        ...

    async def versions(self, id: DocumentId) -> Sequence[Version]:
        """Return every version of a document, newest first."""
        ...


Also: TypeAlias = Callable[[Collection[PassageId]], Collection[PassageId]]
"""Given what was found, returns what is wanted beside it; it may take as long as a scan."""


def no_more(found: Collection[PassageId]) -> Collection[PassageId]:
    """Want nothing beside what was found."""
    return ()


class PassageWords(Protocol):
    """The parts of documents, found by words."""

    async def holding(
        self, words: Sequence[str], scope: Scope, *, limit: int, also: Also = no_more
    ) -> Sequence[Holding]:
        """Return passages that hold any of `words`, the strongest first, ties by ascending id.

        A word may be several tokens (`memory_action`); they then stand together, in order. Words
        that very many passages hold may be left out, as long as others find some.

        Args:
            words: what to look for; some of each is better than all of one.
            scope: where.
            limit: how many at most, beside `also`.
            also: says which passages are wanted too, where they are in `scope` and hold any of
                the words.
        """
        ...

    async def expect(self, words: Sequence[str]) -> None:
        """Begin what `holding` is soon asked for; void once anything is written."""
        ...


class PassageStore(PassageWords, Protocol):
    """The parts of documents."""

    async def get(self, ids: Sequence[PassageId]) -> Sequence[Passage]:
        """Return the passages that exist, in the order of `ids`."""
        ...

    async def owners(
        self, ids: Sequence[PassageId], project_id: str | None = None
    ) -> Mapping[PassageId, DocumentId]:
        """Return the document of each passage that exists, without reading either.

        Args:
            ids: of passages.
            project_id: the one that all of them are of, where that is known.
        """
        ...

    async def ids(
        self, scope: Scope, among: Collection[PassageId] | None = None
    ) -> Sequence[PassageId]:
        """Return the ids of every passage in `scope`; of those in `among`, if it is given."""
        ...

    async def any_expired(self, project_id: str) -> bool:
        """Tell whether passages of the project have expired and are not yet deleted."""
        ...

    async def known_vectors(self, digests: Sequence[bytes], *, model: str) -> Mapping[bytes, bytes]:
        """Return the vectors of texts that were embedded before, by the digest of the text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a view has to do to be as new as `seq`."""

    seq: int
    added: Sequence[tuple[PassageId, str, bytes]] = field(default=())
    """Passage, its project, its vector."""
    removed: Sequence[PassageId] = field(default=())
    whole: bool = False
    """Whether `added` is everything, and what the view held must go first."""


Place: TypeAlias = tuple[int, ...]
"""Where a page ends and the next begins; empty: the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorPage:
    """Some of the vectors of a project."""

    rows: Sequence[tuple[PassageId, bytes]]
    end: Place | None
    """None after the last page."""


class ChangeLog(Protocol):
    """How a view in memory follows the record, whoever wrote to it.

    It begins with the newest entry of `span`, reads all pages, and does what `since` says.
    """

    async def span(self) -> tuple[int, int]:
        """Return the oldest entry that is still there, and the newest; 0 for none."""
        ...

    async def page(
        self, project_id: str, *, model: str, limit: int, after: Place = ()
    ) -> VectorPage:
        """Return the vectors of the next `limit` passages of a project, of those that have one."""
        ...

    async def since(self, seq: int | None, *, model: str, limit: int | None = None) -> Changes:
        """Return what changed after `seq`; everything, for None or when that is too long ago.

        Args:
            seq: how far the view has come.
            model: whose vectors.
            limit: how many entries of the log to go on; None: to the newest.
        """
        ...


class RecordState(Protocol):
    """When an answer that was found in the record is still the answer."""

    async def state(self) -> str:
        """Return what stands for all that is found in the record, now, whoever wrote to it.

        It is another one after every write that could change an answer: of texts, labels or
        vectors; and it never comes back.
        """
        ...

    async def next_expiry(self, project_id: str, *, after: datetime) -> datetime | None:
        """Return when the next document of the project expires; None when none will."""
        ...


class VectorSearch(Protocol):
    """A search of a `VectorIndex` that was made ready."""

    @property
    def cost(self) -> int:
        """About how many vectors it looks at."""
        ...

    def run(self) -> None:
        """Look at them; in any thread, once."""
        ...

    def matches(self) -> Sequence[Match]:
        """Return what `VectorIndex.search` does; it looks at them now if nobody did."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by cosine, each project for itself."""

    def update(self, project_id: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        """Index vectors, replacing those of the same ids.

        Shapes:  ids (n,) all different; vectors (n, dimension) float32, rows of unit length, as
                 the record has them: an index may keep them in float16.
        Raises:  DimensionMismatch, when the vectors are not as long as those in the index.
        """
        ...

    def remove(self, ids: Sequence[PassageId]) -> None:
        """Drop ids from the index, where they are there."""
        ...

    def search(
        self,
        project_id: str,
        query: Vector,
        *,
        limit: int,
        within: Sequence[PassageId] | None = None,
    ) -> Sequence[Match]:
        """Return the nearest passages, of `within` only if it is given.

        Shapes:  query (dimension,) float32, unit length; at most `limit` matches come back.
        Units:   strength is a cosine in [-1, 1].
        Order:   best first, ties by ascending id. Of very many an index may miss some; the
                 strengths of those it finds are exact.
        """
        ...

    def begin(
        self,
        project_id: str,
        query: Vector,
        *,
        limit: int,
        within: Sequence[PassageId] | None = None,
    ) -> VectorSearch:
        """Return the same search, still to be done; nothing may be changed before it is read."""
        ...

    def clear(self) -> None:
        """Drop everything."""
        ...

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search across all that is stored came upon."""

    kind: str
    """What it is: memory, todo, chat."""
    id: str
    title: str
    """A name to show for it."""
    text: str
    score: float
    """In [0, 1]; greater is better."""
    created_at: datetime


class Finder(Protocol):
    """One kind of thing that a plain question may find."""

    async def find(self, query: str, scope: Scope, *, limit: int) -> Sequence[Found]:
        """Return what fits any of the query, best first, ties newest first.

        What a kind of thing does not have (a todo has no conversation) does not narrow it.
        """
        ...
