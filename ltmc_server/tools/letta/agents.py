"""Actions on whole agents."""

from collections.abc import Collection
from dataclasses import field

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import ConfirmationRequired, InvalidArguments
from ltmc_server.letta.agents import Part, agent, summary, unmet
from ltmc_server.letta.errors import LettaInconsistent
from ltmc_server.letta.interfaces import Got, Letta
from ltmc_server.letta.pages import page
from ltmc_server.letta.routes import AGENTS, agent as route
from ltmc_server.tools.letta.agent_words import (
    About,
    AgentCursor,
    AgentName,
    BaseTools,
    Blocks,
    ConfirmDelete,
    EmbeddingName,
    Include,
    ModelName,
    NamePart,
    SystemPrompt,
    ToolNames,
)
from ltmc_server.tools.letta.answering import FIND_AGENT, aged, hinting
from ltmc_server.tools.letta.words import AgentId, Fresh
from ltmc_server.tools.vocabulary import Limit, Object, Tags

NAME_THEM = (
    "letta_list_models names models, letta_list_tools tools; "
    "LTMC_LETTA_MODEL and LTMC_LETTA_EMBEDDING are used where a call names no model."
)


@dataclass(frozen=True)
class AgentActions(Tool):
    """Making, finding, changing and deleting agents."""

    letta: Letta
    model: str = field(default="", kw_only=True)
    """Of an agent that is made without naming one."""
    embedding: str = field(default="", kw_only=True)

    @action("read")
    async def list_agents(
        self,
        *,
        query: NamePart | None = None,
        tags: Tags | None = None,
        limit: Limit = 20,
        cursor: AgentCursor | None = None,
        fresh: Fresh = False,
    ) -> Object:
        """List agents, the newest first."""
        asked = {
            "query_text": query,
            "tags": list(tags) if tags else None,
            "match_all_tags": True if tags else None,
            "limit": limit + 1,
            "after": cursor,
        }
        got = await self.letta.get(AGENTS, asked, about="agents", fresh=fresh)
        return aged(page([summary(each) for each in got.value], limit), got)

    @action("write")
    async def create_agent(
        self,
        *,
        name: AgentName,
        description: About | None = None,
        blocks: Blocks | None = None,
        model: ModelName | None = None,
        embedding: EmbeddingName | None = None,
        tools: ToolNames | None = None,
        base_tools: BaseTools = True,
        tags: Tags = (),
    ) -> Object:
        """Make an agent with its blocks of memory and its tools."""
        asked: Object = {
            "name": name,
            "description": description,
            "memory_blocks": [each.model_dump(exclude_defaults=True) for each in blocks or ()],
            "model": model or self.model or None,
            "embedding": embedding or self.embedding or None,
            "tools": [each for each in tools or () if not each.startswith("tool-")],
            "tool_ids": [each for each in tools or () if each.startswith("tool-")],
            "tags": list(tags),
        }
        asked = {key: value for key, value in asked.items() if value}
        body = asked | {"include_base_tools": base_tools}
        with hinting(NAME_THEM, 400, 404):
            raw = await self.letta.send("POST", AGENTS, body, changes=frozenset({"agents"}))
        _check(raw, asked, "made")
        return agent(raw, ("blocks", "tools", "tags"))

    @action("read")
    async def get_agent(
        self, *, agent_id: AgentId, include: Include | None = None, fresh: Fresh = False
    ) -> Object:
        """Tell of one agent; blocks, tools, tags and system prompt only where they are included."""
        parts = [f"agent.{each}" for each in dict.fromkeys(include or ()) if each != "system"]
        got = await self._got(agent_id, parts, fresh=fresh)
        return aged(agent(got.value, include or ()), got)

    @action("write")
    async def update_agent(
        self,
        *,
        agent_id: AgentId,
        name: AgentName | None = None,
        description: About | None = None,
        system: SystemPrompt | None = None,
        tags: Tags | None = None,
        model: ModelName | None = None,
        embedding: EmbeddingName | None = None,
    ) -> Object:
        """Change what is given of an agent; its memory and tools have tools of their own."""
        given: Object = {
            "name": name,
            "description": description,
            "system": system,
            "tags": None if tags is None else list(tags),
            "model": model,
            "embedding": embedding,
        }
        asked = {key: value for key, value in given.items() if value is not None}
        if not asked:
            nothing = [f"one of {', '.join(given)} is required"]
            raise InvalidArguments(self.called("update_agent"), "", nothing)
        with hinting(f"{FIND_AGENT} {NAME_THEM}"):
            raw = await self.letta.send(
                "PATCH", route(agent_id), asked, changes=frozenset({agent_id, "agents"})
            )
        _check(raw, asked, "changed")
        shown: tuple[Part, ...] = ("tags",) if tags is not None else ()
        return agent(raw, shown) | {"changed": list(asked)}

    @action("destroy")
    async def delete_agent(self, *, agent_id: AgentId, confirm: ConfirmDelete = False) -> Object:
        """Delete an agent with its messages and its archival memory, for good."""
        if not confirm:
            got = await self._got(agent_id, (), fresh=True)
            name = got.value.get("name")
            raise ConfirmationRequired(f"the agent {name!r} ({agent_id}), its messages and memory")
        with hinting(FIND_AGENT):
            await self.letta.send(
                "DELETE", route(agent_id), changes=frozenset({agent_id, "agents"})
            )
        return {"deleted": agent_id}

    async def _got(self, agent_id: str, parts: Collection[str], *, fresh: bool) -> Got:
        with hinting(FIND_AGENT):
            return await self.letta.get(
                route(agent_id), {"include": list(parts) or None}, about=agent_id, fresh=fresh
            )


def _check(raw: Object, asked: Object, done: str) -> None:
    missing = unmet(asked, raw)
    if missing:
        raise LettaInconsistent(
            f"{done} the agent {raw.get('id')}",
            f"does not show as asked: {', '.join(missing)}",
            "letta_get_agent tells how it is now.",
        )
