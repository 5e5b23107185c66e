"""Documents with all their versions, on their way from one record to another."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import DocumentId, Piece, ResourceType, Version

Standing: TypeAlias = Literal["absent", "same", "differs", "name taken"]
"""What the record says of an archived document: nothing; the same; another text, or one of
another project, under its id; another document under its file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """All that is known of a document; equal if the documents are."""

    id: DocumentId
    file_name: str
    resource_type: ResourceType
    conversation_id: str | None
    tags: tuple[str, ...]
    metadata: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    event_time: datetime | None
    expires_at: datetime | None
    versions: tuple[Version, ...]
    """Oldest first; the last is the text."""


class DocumentArchive(Protocol):
    """Documents as a whole, out of the record and into it."""

    def snapshot(self, project_id: str) -> AbstractContextManager[Iterator[Archived]]:
        """Yield every document as all were at one moment, oldest first, holding few at a time.

        May be used in a thread, and only in the one where it was entered.
        """
        ...

    async def standing(self, project_id: str, document: Archived) -> Standing:
        """Tell how the record stands to a document."""
        ...

    async def restore(
        self, project_id: str, document: Archived, pieces: Sequence[Piece], *, model: str
    ) -> Standing:
        """Store a document as it was, with its id, versions and times, if it is absent.

        Args:
            project_id: where it goes.
            document: as it came out of a record.
            pieces: the passages of its text; joined they are the text.
            model: which embedding model made their vectors.

        Returns:
            How the record stood to it; only an absent one was stored.
        """
        ...
