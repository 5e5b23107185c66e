"""Actions on what is said to an agent and by it."""

from contextlib import aclosing
from typing import Final

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.letta.interfaces import Got, Letta
from ltmc_server.letta.messages import Entry, entries
from ltmc_server.letta.pages import page
from ltmc_server.letta.routes import agent as route
from ltmc_server.letta.transcripts import transcript
from ltmc_server.letta.turns import Turn
from ltmc_server.observability.progress import report
from ltmc_server.tools.letta.agent_words import (
    AsFormat,
    Before,
    ExportLimit,
    IncludeTools,
    MessageText,
    Stream,
)
from ltmc_server.tools.letta.answering import FIND_AGENT, aged, hinting
from ltmc_server.tools.letta.words import AgentId, Fresh
from ltmc_server.tools.vocabulary import FromChar, Limit, Object

PAGE: Final = 200
"""Messages of one request of an export."""


@dataclass(frozen=True)
class MessageActions(Tool):
    """Talking to agents, and what was said."""

    letta: Letta

    @action("write")
    async def send_message(
        self, *, agent_id: AgentId, message: MessageText, stream: Stream = False
    ) -> Object:
        """Say something to an agent and wait for its answer."""
        body = {"messages": [{"role": "user", "content": message}]}
        with hinting(FIND_AGENT):
            turn = await (self._streamed if stream else self._whole)(agent_id, body)
        return turn.result()

    @action("read")
    async def get_conversation_history(
        self,
        *,
        agent_id: AgentId,
        limit: Limit = 20,
        before: Before | None = None,
        fresh: Fresh = False,
    ) -> Object:
        """Return what was said, the newest first: text, tool calls and their results."""
        got = await self._read(agent_id, limit + 1, before, fresh=fresh)
        return aged(page(entries(got.value)[::-1], limit), got)

    @action("read")
    async def export_conversation(
        self,
        *,
        agent_id: AgentId,
        format: AsFormat = "markdown",
        include_tools: IncludeTools = False,
        limit: ExportLimit = 500,
        from_char: FromChar = 0,
    ) -> Object:
        """Write a conversation as one text, the oldest first."""
        newest_first, has_more = await self._newest(agent_id, limit)
        text, count = transcript(newest_first[::-1], format, with_tools=include_tools)
        return {
            "agent_id": agent_id,
            "format": format,
            "message_count": count,
            "has_more": has_more,
            "content": text[from_char:],
        }

    async def _whole(self, agent_id: str, body: Object) -> Turn:
        path = route(agent_id, "messages")
        return Turn.of(await self.letta.message(path, body, agent_id=agent_id))

    async def _streamed(self, agent_id: str, body: Object) -> Turn:
        turn, told = Turn(), 0
        path = route(agent_id, "messages", "stream")
        asked = body | {"stream_tokens": True}
        async with aclosing(self.letta.events(path, asked, agent_id=agent_id)) as events:
            async for event in events:
                if piece := turn.add(event):
                    told += len(piece)
                    report(told, None, piece)
        return turn

    async def _read(
        self, agent_id: str, limit: int, before: str | None, *, fresh: bool = False
    ) -> Got:
        asked = {
            "limit": limit,
            "before": before,
            "order": "desc",
            # Else Letta leaves out messages that it counted: a full page looks like the last.
            "use_assistant_message": False,
        }
        with hinting(FIND_AGENT):
            return await self.letta.get(
                route(agent_id, "messages"), asked, about=agent_id, fresh=fresh
            )

    async def _newest(self, agent_id: str, most: int) -> tuple[list[Entry], bool]:
        """Return the newest messages, the newest first, and whether there are older ones."""
        found: list[Entry] = []
        while True:
            wanted = min(PAGE, most - len(found))
            before = found[-1]["id"] if found else None
            read = entries((await self._read(agent_id, wanted + 1, before)).value)[::-1]
            found += read[:wanted]
            if len(read) <= wanted or len(found) == most:
                return found, len(read) > wanted
