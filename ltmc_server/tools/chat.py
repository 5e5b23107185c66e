"""chat_action: what was said, where, and what an answer was made from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import ConfirmationRequired, NotFound
from ltmc_server.model import CursorPage, Page, Scope
from ltmc_server.retrieval.routing import Source, ask
from ltmc_server.stores.interfaces import Finder
from ltmc_server.stores.messages import (
    Conversation,
    Message,
    MessageDraft,
    MessageFilter,
    MessageId,
    MessageStore,
    Role,
)
from ltmc_server.tools.vocabulary import (
    Confirm,
    ConversationId,
    Cursor,
    FromChar,
    FromJsonText,
    Limit,
    Metadata,
    Object,
    Offset,
    ProjectId,
    Query,
    TopK,
)

Id: TypeAlias = Annotated[
    MessageId, Field(min_length=1, max_length=100, description="Which message.")
]
Content: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=1_000_000, description="What was said.")
]
Speaker: TypeAlias = Annotated[Role, Field(description="Who speaks.")]
AgentName: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=200, description="Name of the one who speaks.")
]
SourceTool: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=200, description="Tool through which messages came.")
]
Sources: TypeAlias = Annotated[
    Sequence[Source],
    FromJsonText,
    Field(max_length=10, description="Which kinds of things to ask; all, if it is left out."),
]


@dataclass(frozen=True)
class ChatTool(Tool):
    """Keep conversations, find what was said in them, and see what answers were made from."""

    name: ClassVar[str] = "chat_action"

    messages: MessageStore
    finders: Mapping[Source, Finder]
    """What `route_query` can ask."""
    project: str
    """Of a call that names none."""

    @action("write")
    async def log(
        self,
        *,
        conversation_id: ConversationId,
        role: Speaker,
        content: Content,
        agent_name: AgentName | None = None,
        metadata: Metadata | None = None,
        source_tool: SourceTool | None = None,
        project_id: ProjectId = None,
    ) -> Object:
        """Add a message to a conversation; the first one begins it."""
        draft = MessageDraft(
            project_id=project_id or self.project,
            conversation_id=conversation_id,
            role=role,
            content=content,
            agent_name=agent_name,
            source_tool=source_tool,
            metadata=metadata or {},
        )
        logged = asdict(await self.messages.log(draft))
        # The caller has the text; sent back it would only fill the context.
        return {name: value for name, value in logged.items() if name != "content"}

    @action("read")
    async def get_conversation(
        self,
        *,
        conversation_id: ConversationId,
        limit: Limit = 50,
        cursor: Cursor = "",
        from_char: FromChar = 0,
        project_id: ProjectId = None,
    ) -> CursorPage[Message]:
        """Read a conversation from its beginning."""
        page = await self.messages.conversation(
            project_id or self.project, conversation_id, limit=limit, cursor=cursor
        )
        if page.total == 0:
            raise _no_conversation(conversation_id)
        items = [replace(each, content=each.content[from_char:]) for each in page.items]
        return replace(page, items=items)

    @action("read")
    async def list_conversations(
        self, *, limit: Limit = 20, cursor: Cursor = "", project_id: ProjectId = None
    ) -> CursorPage[Conversation]:
        """List conversations, the one with the newest message first."""
        return await self.messages.conversations(
            project_id or self.project, limit=limit, cursor=cursor
        )

    @action("read")
    async def get_by_tool(
        self,
        *,
        source_tool: SourceTool,
        limit: Limit = 10,
        offset: Offset = 0,
        project_id: ProjectId = None,
    ) -> Page[Message]:
        """List messages that came through a tool, newest first."""
        wanted = MessageFilter(project_id=project_id or self.project, source_tool=source_tool)
        return await self.messages.page(wanted, limit=limit, offset=offset)

    @action("read", tool_name="source_tool")
    async def get_tool_conversations(
        self,
        *,
        source_tool: SourceTool,
        limit: Limit = 10,
        cursor: Cursor = "",
        project_id: ProjectId = None,
    ) -> CursorPage[Conversation]:
        """List conversations that a tool has messages in, counting only those."""
        return await self.messages.conversations(
            project_id or self.project, limit=limit, cursor=cursor, source_tool=source_tool
        )

    @action("read")
    async def search(
        self,
        *,
        query: Query,
        conversation_id: ConversationId | None = None,
        role: Speaker | None = None,
        limit: Limit = 10,
        offset: Offset = 0,
        project_id: ProjectId = None,
    ) -> Page[Message]:
        """Find messages that hold every word of the query, newest first."""
        wanted = MessageFilter(
            project_id=project_id or self.project,
            query=query,
            conversation_id=conversation_id or "",
            role=role,
        )
        return await self.messages.page(wanted, limit=limit, offset=offset)

    @action("read")
    async def get_context(self, *, message_id: Id, project_id: ProjectId = None) -> Object:
        """Return the passages that an answer was made from, best first."""
        cited = await self.messages.cited(project_id or self.project, message_id)
        if cited is None:
            raise NotFound("message", message_id, "chat_action search finds messages.")
        citations = [
            asdict(one.citation)
            | {
                "rank": one.rank,
                "text": one.text,
                "newest_version": one.newest_version,
                "gone": one.newest_version is None,
            }
            for one in cited
        ]
        return {"message_id": message_id, "citations": citations}

    @action("read")
    async def route_query(
        self,
        *,
        query: Query,
        source_types: Sources | None = None,
        top_k: TopK = 5,
        project_id: ProjectId = None,
    ) -> Object:
        """Ask memories, todos and messages at once, and say which were asked and why."""
        scope = Scope(project_id=project_id or self.project)
        return await ask(self.finders, query, scope, named=source_types or (), top_k=top_k)

    @action("destroy")
    async def delete_conversation(
        self,
        *,
        conversation_id: ConversationId,
        confirm: Confirm = False,
        project_id: ProjectId = None,
    ) -> Object:
        """Delete a conversation with all its messages; needs confirm: true."""
        project = project_id or self.project
        there = await self.messages.conversation(project, conversation_id, limit=1)
        if there.total == 0:
            raise _no_conversation(conversation_id)
        if not confirm:
            raise ConfirmationRequired(
                f"the {there.total} messages of conversation {conversation_id!r}"
            )
        removed = await self.messages.remove_conversation(project, conversation_id)
        return {"conversation_id": conversation_id} | asdict(removed)


def _no_conversation(id: str) -> NotFound:
    return NotFound("conversation", id, "chat_action list_conversations shows what there is.")
