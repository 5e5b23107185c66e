"""The actions of memory_action that keep texts: store, get, list, delete, history, restore."""

from collections.abc import Awaitable, Callable
from functools import partial

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import ConfirmationRequired, InvalidArguments, NotFound
from ltmc_server.model import Document, Draft, Page, Scope, Version
from ltmc_server.retrieval.indexing import Indexer
from ltmc_server.retrieval.keeping import Keeper
from ltmc_server.stores.interfaces import DocumentStore
from ltmc_server.threads import in_thread
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.memory import words as w
from ltmc_server.tools.memory.shapes import changes, labels

DELETED_MAX = 1_000
"""Documents that one call deletes; `remaining` says how many are left."""


@dataclass(frozen=True)
class KeepingActions(Tool):
    """Texts by name: written, read, listed, deleted."""

    documents: DocumentStore
    indexer: Indexer
    project: str
    """Of calls that name none."""
    after_storing: Callable[[], Awaitable[None]]
    """Called when texts wait to be embedded."""

    @action("write")
    async def store(
        self,
        *,
        file_name: w.FileName,
        content: w.Content,
        resource_type: w.ResourceType = "document",
        tags: v.Tags = (),
        metadata: v.Metadata | None = None,
        conversation_id: v.ConversationId | None = None,
        event_time: w.EventTime | None = None,
        expires_at: w.ExpiresAt | None = None,
        expected_version: w.ExpectedVersion | None = None,
        idempotency_key: w.IdempotencyKey | None = None,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Store a text under a file name; acknowledged when durable and found by its words."""
        draft = Draft(
            project_id=project_id or self.project,
            file_name=file_name,
            content=content,
            resource_type=resource_type,
            conversation_id=conversation_id,
            tags=tags,
            metadata=metadata or {},
            event_time=event_time,
            expires_at=expires_at,
            expected_version=expected_version,
            idempotency_key=idempotency_key,
        )
        return await self._store(draft)

    @action("read")
    async def get(
        self,
        *,
        id: w.MemoryId | None = None,
        file_name: w.FileName | None = None,
        version: w.VersionNumber | None = None,
        from_char: v.FromChar = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Return one text, whole or from a character on, at its newest or an older version."""
        document = await self._one("get", id, file_name, project_id)
        text = document.content or ""
        if version is not None and version != document.version:
            text = (await self._version(document, version)).content
        return labels(document) | {
            "version": version or document.version,
            "chars": len(text),
            "from_char": from_char,
            "content": text[from_char:],
        }

    @action("read")
    async def list(
        self,
        *,
        conversation_id: v.ConversationId | None = None,
        resource_type: w.ResourceType | None = None,
        tags: v.Tags = (),
        created_after: w.CreatedAfter | None = None,
        created_before: w.CreatedBefore | None = None,
        limit: v.Limit = 20,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> Page[Document]:
        """List what is stored, newest first, without the texts."""
        scope = Scope(
            project_id=project_id or self.project,
            conversation_id=conversation_id,
            resource_type=resource_type,
            tags=tags,
            created_after=created_after,
            created_before=created_before,
        )
        return await self.documents.page(scope, limit=limit, offset=offset)

    @action("destroy")
    async def delete(
        self,
        *,
        id: w.MemoryId | None = None,
        file_name: w.FileName | None = None,
        conversation_id: v.ConversationId | None = None,
        tags: v.Tags = (),
        confirm: v.Confirm = False,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Delete one text with all its versions, or all of a conversation or with given tags."""
        if id or file_name:
            document = await self._one("delete", id, file_name, project_id)
            await self.documents.remove([document.id])
            removed, remaining = [document], 0
        elif conversation_id or tags:
            scope = Scope(
                project_id=project_id or self.project, conversation_id=conversation_id, tags=tags
            )
            page = await self.documents.page(scope, limit=DELETED_MAX, offset=0)
            if page.total > 1 and not confirm:
                raise ConfirmationRequired(f"{page.total} texts")
            await self.documents.remove([document.id for document in page.items])
            removed, remaining = [*page.items], page.total - page.returned
        else:
            wanted = "id, file_name, conversation_id or tags: give one"
            raise InvalidArguments(self.name, "delete", [wanted])
        gone = [{"id": document.id, "file_name": document.file_name} for document in removed]
        return {"removed": len(gone), "items": gone, "remaining": remaining}

    @action("read")
    async def history(
        self,
        *,
        id: w.MemoryId | None = None,
        file_name: w.FileName | None = None,
        limit: v.Limit = 20,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> Page[object]:
        """List the versions of a text, newest first, each with what it changed."""
        document = await self._one("history", id, file_name, project_id)
        versions = await self.documents.versions(document.id)
        some = versions[offset : offset + limit + 1]
        items = await in_thread(partial(changes, some, limit))
        return Page.of(items, total=len(versions), offset=offset)

    @action("write")
    async def restore(
        self,
        *,
        version: w.VersionNumber,
        id: w.MemoryId | None = None,
        file_name: w.FileName | None = None,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Make an older version the newest again; nothing in between is lost."""
        document = await self._one("restore", id, file_name, project_id)
        old = await self._version(document, version)
        draft = Draft(
            project_id=document.project_id,
            file_name=document.file_name,
            content=old.content,
            resource_type=document.resource_type,
            conversation_id=document.conversation_id,
            tags=document.tags,
            metadata=document.metadata,
            event_time=document.event_time,
            expires_at=document.expires_at,
            # What another client stores meanwhile is not silently covered.
            expected_version=document.version,
        )
        return await self._store(draft) | {"restored_from": version}

    async def _store(self, draft: Draft) -> v.Object:
        stored = await Keeper(self.documents, self.indexer, self.after_storing).keep(draft)
        document = stored.document
        return {
            "id": document.id,
            "file_name": document.file_name,
            "version": document.version,
            "chunk_count": document.chunk_count,
            "created_at": document.created_at,
            "updated_at": document.updated_at,
            "indexed": "pending" if stored.unembedded else "yes",
            "duplicate_of": stored.duplicate_of,
        }

    async def _one(
        self, doing: str, id: str | None, file_name: str | None, project_id: str | None
    ) -> Document:
        if not id and not file_name:
            raise InvalidArguments(self.name, doing, ["id or file_name: give one"])
        project = project_id or self.project
        found = await self.documents.get(project, id=id or "", file_name=file_name or "")
        if found is None:
            raise NotFound("memory", id or file_name, f"It would be in project {project!r}.")
        return found

    async def _version(self, document: Document, number: int) -> Version:
        versions = {each.version: each for each in await self.documents.versions(document.id)}
        if number not in versions:
            wanted = f"version {number} of {document.file_name}"
            raise NotFound("version", wanted, f"There are 1 to {document.version}.")
        return versions[number]
