"""What the memory has of a Letta agent: a folder of documents, and what was last in step."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded
from ltmc_server.model import Document, Draft, Scope
from ltmc_server.retrieval.keeping import Keeper

DOCUMENTS_MAX: Final = 10_000
"""Of a folder; more are not kept in step."""

KEY: Final = "letta"
"""Where the metadata of a document say what it is in Letta."""

TAGS_MAX: Final = 50
TAG_CHARS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Folder:
    """The documents of one agent in one project."""

    keeper: Keeper
    project: str
    agent_id: str

    @property
    def path(self) -> str:
        return f"letta/{self.agent_id}/"

    def of_block(self, label: str) -> str:
        """Return the file name of a block's document."""
        return f"{self.path}blocks/{label}.md"

    def of_passage(self, id: str) -> str:
        """Return the file name of a passage that was written in Letta."""
        return f"{self.path}passages/{id}.md"

    def of_replaced(self, label: str, digest: str) -> str:
        """Return the file name of a text that was in Letta and had to go."""
        return f"{self.path}replaced/{label}-{digest[:12]}.md"

    async def find(self, file_name: str) -> Document | None:
        """Return a document with its text."""
        return await self.keeper.documents.get(self.project, file_name=file_name)

    async def listed(self, part: str) -> list[Document]:
        """Return the documents of a part of the folder without their texts, the oldest first.

        Raises:
            BoundExceeded: there are too many.
        """
        scope = Scope(project_id=self.project, folder=f"{self.path}{part}/")
        page = await self.keeper.documents.page(scope, limit=DOCUMENTS_MAX, offset=0)
        if page.has_more:
            raise BoundExceeded(
                f"{scope.folder} has {page.total} documents; {DOCUMENTS_MAX} are kept in step.",
                "Delete some, or store them elsewhere.",
            )
        return [*reversed(page.items)]

    async def write(self, draft: Draft, old: Document | None) -> Document:
        """Store a text on top of `old`, keeping what else is known of that.

        Raises:
            Conflict: another version is stored.
        """
        if old is not None:
            draft = replace(
                draft,
                resource_type=old.resource_type,
                conversation_id=old.conversation_id,
                tags=old.tags,
                metadata={**old.metadata, **draft.metadata},
                event_time=old.event_time,
                expires_at=old.expires_at,
            )
        expected = old.version if old else 0
        return (await self.keeper.keep(replace(draft, expected_version=expected))).document

    def draft(self, file_name: str, text: str, **of_letta: object) -> Draft:
        """Return a draft of a text that is in Letta, too."""
        metadata = {KEY: {"agent_id": self.agent_id} | of_letta}
        return Draft(
            project_id=self.project,
            file_name=file_name,
            content=text,
            resource_type="note",
            metadata=metadata,
        )

    async def synced(self) -> dict[str, str]:
        """Return the digests of the texts of blocks that were last in step."""
        found = await self.find(self._state)
        blocks = of_letta(found).get("blocks") if found else None
        return {str(k): str(v) for k, v in blocks.items()} if isinstance(blocks, Mapping) else {}

    async def remember(self, label: str, digest: str) -> None:
        """Keep the digest of a text that both sides have now."""
        # It is read anew each time: another server may have written meanwhile.
        blocks = await self.synced() | {label: digest}
        said = f"What was last in step with the Letta agent {self.agent_id}; see its metadata.\n"
        await self.keeper.keep(self.draft(self._state, said, blocks=blocks))

    @property
    def _state(self) -> str:
        return f"{self.path}in-step.md"


def of_letta(document: Document) -> Mapping[str, Any]:
    """Return what a document is in Letta; nothing, if it is not there."""
    said = document.metadata.get(KEY)
    return said if isinstance(said, Mapping) else {}


def labelled(draft: Draft, tags: object, created_at: object) -> Draft:
    """Return the draft of a passage with what Letta knows of it."""
    kept = [str(tag)[:TAG_CHARS_MAX] for tag in tags][:TAGS_MAX] if isinstance(tags, list) else []
    moment = datetime.fromisoformat(created_at) if isinstance(created_at, str) else None
    return replace(draft, tags=tuple(kept), event_time=moment)
