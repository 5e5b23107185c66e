"""Whole documents in dictionaries."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Document, Piece
from ltmc_server.stores.archive import Archived, Standing
from ltmc_server.stores.in_memory.documents import InMemoryDocuments, is_alive


@dataclass(frozen=True, slots=True)
class InMemoryArchive:
    """A `DocumentArchive` of dictionaries."""

    documents: InMemoryDocuments

    @contextmanager
    def snapshot(self, project_id: str) -> Iterator[Iterator[Archived]]:
        rows = [row for row in self.documents.rows.values() if row.project_id == project_id]
        rows.sort(key=lambda row: (row.created_at, row.id))
        yield iter([self._archived(row) for row in rows if is_alive(row)])

    async def standing(self, project_id: str, document: Archived) -> Standing:
        row = self.documents.rows.get(document.id)
        if row is not None and is_alive(row):
            same = row.project_id == project_id and self._archived(row) == document
            return "same" if same else "differs"
        taken = await self.documents.get(project_id, file_name=document.file_name)
        return "name taken" if taken else "absent"

    async def restore(
        self, project_id: str, document: Archived, pieces: Sequence[Piece], *, model: str
    ) -> Standing:
        standing = await self.standing(project_id, document)
        if standing == "absent":
            newest = document.versions[-1]
            row = Document(
                id=document.id,
                project_id=project_id,
                file_name=document.file_name,
                resource_type=document.resource_type,
                conversation_id=document.conversation_id,
                tags=document.tags,
                metadata=document.metadata,
                version=newest.version,
                chars=len(newest.content),
                chunk_count=len(pieces),
                created_at=document.created_at,
                updated_at=document.updated_at,
                event_time=document.event_time,
                expires_at=document.expires_at,
            )
            self.documents.restore(row, document.versions[::-1], pieces, model)
        return standing

    def _archived(self, row: Document) -> Archived:
        return Archived(
            id=row.id,
            file_name=row.file_name,
            resource_type=row.resource_type,
            conversation_id=row.conversation_id,
            tags=tuple(row.tags),
            metadata=row.metadata,
            created_at=row.created_at,
            updated_at=row.updated_at,
            event_time=row.event_time,
            expires_at=row.expires_at,
            versions=tuple(reversed(self.documents.texts[row.id])),
        )
