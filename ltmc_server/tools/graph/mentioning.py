"""The actions of graph_action that find what was said about an entity."""

from typing import Final

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.model import CursorPage
from ltmc_server.stores.graph import LinkWalker, Walk
from ltmc_server.stores.mentions import About, MentionStore
from ltmc_server.stores.messages import Conversation, Message, MessageId
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.graph import words as w
from ltmc_server.tools.graph.walking import far_end

LINKS_READ_MAX: Final = 10_000
"""Of one entity, the heaviest; messages linked beyond that are not found."""


@dataclass(frozen=True)
class MentioningActions(Tool):
    """Messages by what they are about."""

    walker: LinkWalker
    mentions: MentionStore
    project: str
    """Of calls that name none."""

    @action("read", doc_id="entity")
    async def messages(
        self,
        *,
        entity: w.Entity,
        conversation_id: v.ConversationId | None = None,
        limit: v.Limit = 20,
        cursor: v.Cursor = "",
        project_id: v.ProjectId = None,
    ) -> CursorPage[Message]:
        """List messages that are linked to an entity or cite it, newest first."""
        about = await self._about(project_id, entity, conversation_id or "")
        return await self.mentions.messages(about, limit=limit, cursor=cursor)

    @action("read", doc_id="entity")
    async def conversations(
        self,
        *,
        entity: w.Entity,
        limit: v.Limit = 20,
        cursor: v.Cursor = "",
        project_id: v.ProjectId = None,
    ) -> CursorPage[Conversation]:
        """List the conversations that such messages are in, counting only those."""
        about = await self._about(project_id, entity)
        return await self.mentions.conversations(about, limit=limit, cursor=cursor)

    async def _about(self, project_id: str | None, entity: str, conversation_id: str = "") -> About:
        project = project_id or self.project
        walk = Walk(project_id=project, start=entity)
        found = await self.walker.relationships(walk, limit=LINKS_READ_MAX)
        linked = [MessageId(end) for one in found.items if (end := far_end(one))[:4] == "msg_"]
        return About(
            project_id=project,
            document_id=entity,
            message_ids=linked,
            conversation_id=conversation_id,
        )
