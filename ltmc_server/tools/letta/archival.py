"""Actions on archival memory: texts that an agent finds when it looks for them."""

from typing import Final

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidArguments
from ltmc_server.letta.errors import LettaInconsistent
from ltmc_server.letta.interfaces import EVERY_AGENT, Letta, Query as Asked
from ltmc_server.letta.pages import page
from ltmc_server.letta.passages import passage
from ltmc_server.letta.routes import agent as route
from ltmc_server.tools.letta.agent_words import (
    PassageCursor,
    PassageId,
    PassageLimit,
    PassageQuery,
    PassageText,
)
from ltmc_server.tools.letta.answering import FIND_AGENT, aged, hinting
from ltmc_server.tools.letta.words import AgentId, Fresh
from ltmc_server.tools.vocabulary import Object, Tags

_CHANGES: Final = frozenset({EVERY_AGENT})
"""Agents may share an archive; and Letta deletes a passage of another agent, too."""


@dataclass(frozen=True)
class ArchivalActions(Tool):
    """What an agent has put away."""

    letta: Letta

    @action("write")
    async def archival_insert(
        self, *, agent_id: AgentId, text: PassageText, tags: Tags = ()
    ) -> Object:
        """Put a text into an agent's archival memory."""
        body = {"text": text, "tags": list(tags)}
        with hinting(FIND_AGENT):
            made = await self.letta.send("POST", _route(agent_id), body, changes=_CHANGES)
        told = [passage(each) for each in made or ()]
        if "".join(each["text"] for each in told) != text:
            done, lacks = "kept the text", "does not hold it"
            raise LettaInconsistent(done, lacks, "letta_archival_list tells what there is.")
        # The text is the caller's; Letta keeps it in several passages if it is long.
        return {"agent_id": agent_id, "passages": [each | {"text": None} for each in told]}

    @action("read")
    async def archival_list(
        self,
        *,
        agent_id: AgentId,
        query: PassageQuery | None = None,
        limit: PassageLimit = 10,
        cursor: PassageCursor | None = None,
        fresh: Fresh = False,
    ) -> Object:
        """List an agent's archival memory, the newest first, or by query the best first."""
        if query is not None:
            if cursor is not None:
                problem = ["cursor: goes on in a list, and what a query finds is one page"]
                raise InvalidArguments(self.called("archival_list"), "", problem, "Raise limit.")
            path = _route(agent_id, "search")
            asked: Asked = {"query": query, "top_k": limit}
        else:
            path = _route(agent_id)
            asked = {"limit": limit + 1, "before": cursor, "ascending": False}
        with hinting(FIND_AGENT):
            got = await self.letta.get(path, asked, about=agent_id, fresh=fresh)
            if not got.value:
                # Letta lists nothing for an agent that it does not have; ask whether it has.
                await self.letta.get(route(agent_id), about=agent_id, fresh=fresh)
        found = got.value if query is None else got.value.get("results") or ()
        return aged(page([passage(each) for each in found], limit), got)

    @action("destroy")
    async def archival_delete(self, *, agent_id: AgentId, passage_id: PassageId) -> Object:
        """Delete one text from an agent's archival memory."""
        with hinting("letta_archival_list tells the ids; " + FIND_AGENT):
            await self.letta.send("DELETE", _route(agent_id, passage_id), changes=_CHANGES)
        return {"agent_id": agent_id, "deleted": passage_id}


def _route(agent_id: str, *parts: str) -> str:
    return route(agent_id, "archival-memory", *parts)
