"""Messages in a list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NotFound
from ltmc_server.model import CursorPage, DocumentId, Page, Scope, Version, new_id, now
from ltmc_server.stores.full_text import holds, query_words
from ltmc_server.stores.in_memory.words import shares
from ltmc_server.stores.interfaces import Found
from ltmc_server.stores.messages import (
    Citation,
    Cited,
    Conversation,
    Message,
    MessageDraft,
    MessageFilter,
    MessageId,
    Removed,
    short_enough,
)


def _no_documents(id: DocumentId) -> Sequence[Version]:
    return ()


@dataclass(frozen=True, slots=True)
class InMemoryMessages:
    """A `MessageStore`, and the `Finder` of messages."""

    versions: Callable[[DocumentId], Sequence[Version]] = _no_documents
    """Every version of a document, newest first; none when it is gone."""
    rows: list[Message] = field(default_factory=list)
    """In the order they were logged."""
    citations: dict[MessageId, Sequence[Citation]] = field(default_factory=dict)

    async def log(self, draft: MessageDraft, citations: Sequence[Citation] = ()) -> Message:
        message = Message(
            id=MessageId(new_id("msg")),
            project_id=draft.project_id,
            conversation_id=draft.conversation_id,
            role=draft.role,
            content=draft.content,
            agent_name=draft.agent_name,
            source_tool=draft.source_tool,
            metadata=dict(draft.metadata),
            created_at=now(),
        )
        self.rows.append(message)
        self.citations[message.id] = tuple(citations)
        return message

    async def conversation(
        self, project_id: str, conversation_id: str, *, limit: int, cursor: str = ""
    ) -> CursorPage[Message]:
        wanted = MessageFilter(project_id=project_id, conversation_id=conversation_id)
        mine = list(self._fitting(wanted))
        start = _after(cursor, [message.id for message in mine])
        items = short_enough(mine[start : start + limit])
        more = start + len(items) < len(mine)
        return CursorPage(
            items=items,
            returned=len(items),
            total=len(mine),
            has_more=more,
            next=items[-1].id if more else None,
        )

    async def conversations(
        self, project_id: str, *, limit: int, cursor: str = "", source_tool: str = ""
    ) -> CursorPage[Conversation]:
        groups: dict[str, list[Message]] = {}
        for message in self._fitting(MessageFilter(project_id=project_id, source_tool=source_tool)):
            groups.setdefault(message.conversation_id, []).append(message)
        order = [message.id for message in self.rows if message.project_id == project_id]
        newest_first = sorted(
            (counted(messages) for messages in groups.values()),
            key=lambda one: -order.index(one.last_message_id),
        )
        # Older than the cursor: it need not be the newest of its conversation any more.
        bound = _after(cursor, order) - 1 if cursor else len(order)
        older = [one for one in newest_first if order.index(one.last_message_id) < bound]
        items, more = older[:limit], len(older) > limit
        return CursorPage(
            items=items,
            returned=len(items),
            total=len(newest_first),
            has_more=more,
            next=items[-1].last_message_id if more else None,
        )

    async def page(self, wanted: MessageFilter, *, limit: int, offset: int) -> Page[Message]:
        found = [*self._fitting(wanted)][::-1]
        items = short_enough(found[offset : offset + limit])
        return Page.of(items, total=len(found), offset=offset)

    async def cited(self, project_id: str, id: MessageId) -> Sequence[Cited] | None:
        if not any(row.id == id and row.project_id == project_id for row in self.rows):
            return None
        return [self._cited(rank, one) for rank, one in enumerate(self.citations[id], start=1)]

    async def remove_conversation(self, project_id: str, conversation_id: str) -> Removed:
        wanted = MessageFilter(project_id=project_id, conversation_id=conversation_id)
        gone = list(self._fitting(wanted))
        self.rows[:] = [message for message in self.rows if message not in gone]
        citations = sum(len(self.citations.pop(message.id)) for message in gone)
        return Removed(messages=len(gone), citations=citations)

    async def find(self, query: str, scope: Scope, *, limit: int) -> Sequence[Found]:
        rows = {message.id: message for message in self.rows}
        texts = {id: message.content for id, message in rows.items()}
        scores = shares(query_words(query), texts)
        found = [
            Found(
                kind="chat",
                id=id,
                title=f"{rows[id].role} in {rows[id].conversation_id}",
                text=rows[id].content,
                score=scores[id],
                created_at=rows[id].created_at,
            )
            for id in reversed(scores)
            if rows[id].project_id == scope.project_id
            and scope.conversation_id in (None, rows[id].conversation_id)
        ]
        return sorted(found, key=lambda one: -one.score)[:limit]

    def _fitting(self, wanted: MessageFilter) -> Iterator[Message]:
        words = query_words(wanted.query)
        for message in self.rows:
            if (
                message.project_id == wanted.project_id
                and wanted.conversation_id in ("", message.conversation_id)
                and wanted.role in (None, message.role)
                and wanted.source_tool in ("", message.source_tool)
                and (not wanted.query or bool(words))
                and all(holds(message.content, word) for word in words)
            ):
                yield message

    def _cited(self, rank: int, citation: Citation) -> Cited:
        versions = self.versions(citation.id)
        texts = [one.content for one in versions if one.version == citation.version]
        return Cited(
            rank=rank,
            citation=citation,
            text=texts[0][citation.start : citation.end] if texts else None,
            newest_version=versions[0].version if versions else None,
        )


def counted(messages: Sequence[Message]) -> Conversation:
    """Count messages of one conversation, oldest first."""
    return Conversation(
        conversation_id=messages[0].conversation_id,
        message_count=len(messages),
        first_at=messages[0].created_at,
        last_at=messages[-1].created_at,
        last_message_id=messages[-1].id,
    )


def _after(cursor: str, ids: Sequence[str]) -> int:
    """Return the index behind the message `cursor`, 0 for none."""
    if not cursor:
        return 0
    if cursor not in ids:
        raise NotFound("message to go on after", cursor, "Leave out cursor to begin again.")
    return ids.index(cursor) + 1
