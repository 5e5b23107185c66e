"""Actions on the blocks of memory that an agent always sees, and on finding what it knows."""

from collections.abc import Mapping
from typing import Any, Final

import anyio

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import Conflict, LtmcError
from ltmc_server.letta.blocks import block
from ltmc_server.letta.errors import LettaInconsistent, LettaRefused
from ltmc_server.letta.interfaces import EVERY_AGENT, Letta, Query as Asked
from ltmc_server.letta.messages import entries, found_messages, matching
from ltmc_server.letta.passages import passage
from ltmc_server.letta.routes import BLOCKS, MESSAGE_SEARCH, agent as route
from ltmc_server.tools.letta.agent_words import (
    BlockAbout,
    BlockLabel,
    BlockValue,
    ExpectedValue,
    SearchScope,
)
from ltmc_server.tools.letta.answering import FIND_AGENT, FIND_BLOCK, aged, at_once, hinting
from ltmc_server.tools.letta.words import AgentId, Fresh
from ltmc_server.tools.vocabulary import FromChar, Object, Query, TopK

BLOCKS_MAX: Final = 200
"""Blocks of an agent that are told."""

LOOKED_THROUGH: Final = 500
"""Messages that are read to search them here, where Letta can not: the newest."""


@dataclass(frozen=True)
class MemoryActions(Tool):
    """What an agent remembers."""

    letta: Letta

    @action("read")
    async def get_memory(
        self,
        *,
        agent_id: AgentId,
        block_label: BlockLabel | None = None,
        from_char: FromChar = 0,
        fresh: Fresh = False,
    ) -> Object:
        """Return an agent's blocks of memory, or one of them."""
        parts = () if block_label is None else (block_label,)
        asked: Asked | None = None if parts else {"limit": BLOCKS_MAX, "order": "asc"}
        with hinting(FIND_BLOCK if parts else FIND_AGENT):
            got = await self.letta.get(
                _blocks_of(agent_id, *parts), asked, about=agent_id, fresh=fresh
            )
        told = [block(each) for each in ([got.value] if parts else got.value)]
        for each in told:
            each["value"] = each["value"][from_char:]
        return aged({"agent_id": agent_id} | (told[0] if parts else {"blocks": told}), got)

    @action("write")
    async def update_memory(
        self,
        *,
        agent_id: AgentId,
        block_label: BlockLabel,
        value: BlockValue,
        expected_value: ExpectedValue | None = None,
    ) -> Object:
        """Replace the text of one block of memory."""
        path = _blocks_of(agent_id, block_label)
        with hinting(FIND_BLOCK):
            if expected_value is not None:
                got = await self.letta.get(path, about=agent_id, fresh=True)
                _expect(got.value, expected_value)
            # Agents may share a block.
            changes = frozenset({agent_id, EVERY_AGENT})
            raw = await self.letta.send("PATCH", path, {"value": value}, changes=changes)
        _check(raw, value, f"changed the block {block_label!r}")
        return {"agent_id": agent_id} | _without_value(raw)

    @action("write")
    async def create_memory_block(
        self,
        *,
        agent_id: AgentId,
        block_label: BlockLabel,
        value: BlockValue,
        description: BlockAbout | None = None,
    ) -> Object:
        """Give an agent one more block of memory."""
        body = {"label": block_label, "value": value}
        body |= {"description": description} if description else {}
        made = await self.letta.send("POST", BLOCKS, body, changes=frozenset())
        id = str(made["id"])
        try:
            _check(made, value, f"made the block {block_label!r}")
            with hinting(FIND_AGENT):
                await self._attach(agent_id, id, block_label)
        except BaseException as error:
            # Whatever ends it, a cancelled call too: a block that no agent has is left to nobody.
            with anyio.CancelScope(shield=True):
                await self._drop(id, error)
            raise
        return {"agent_id": agent_id} | _without_value(made)

    @action("read")
    async def search_memory(
        self,
        *,
        agent_id: AgentId,
        query: Query,
        scope: SearchScope = "all",
        top_k: TopK = 10,
    ) -> Object:
        """Find what an agent knows: in its archival memory, in its messages, or in both at once."""
        asked = []
        if scope != "messages":
            asked.append(self._passages(agent_id, query, top_k))
        if scope != "archival":
            asked.append(self._messages(agent_id, query, top_k))
        with hinting(FIND_AGENT):
            found = await at_once(*asked)
        return {name: value for part in found for name, value in part.items()}

    async def _attach(self, agent_id: str, id: str, label: str) -> None:
        path, changes = _blocks_of(agent_id, "attach", id), frozenset({agent_id, "agents"})
        try:
            raw = await self.letta.send("PATCH", path, changes=changes)
        except LettaRefused as error:
            if error.details["status"] != 409:
                raise
            raise Conflict(
                f"The agent has a block {label!r} already; nothing was changed.",
                "letta_update_memory changes its text.",
            ) from error
        memory = (raw or {}).get("memory") or {}
        if all(each.get("id") != id for each in memory.get("blocks") or ()):
            done, lacks = f"attached the block {label!r}", "does not show it"
            raise LettaInconsistent(done, lacks, "letta_get_memory tells which blocks there are.")

    async def _drop(self, id: str, because: BaseException) -> None:
        try:
            await self.letta.send("DELETE", f"{BLOCKS}{id}", changes=frozenset())
        except LtmcError:
            if isinstance(because, LtmcError):
                because.hint = f"The block {id} is left in Letta, without an agent. {because.hint}"

    async def _passages(self, agent_id: str, query: str, top_k: int) -> Object:
        asked: Asked = {"query": query, "top_k": top_k}
        path = route(agent_id, "archival-memory", "search")
        got = await self.letta.get(path, asked, about=agent_id)
        return {"passages": [passage(each) for each in got.value.get("results") or ()]}

    async def _messages(self, agent_id: str, query: str, top_k: int) -> Object:
        body = {"query": query, "agent_id": agent_id, "limit": top_k}
        try:
            found = await self.letta.send("POST", MESSAGE_SEARCH, body, changes=frozenset())
        except LettaRefused:
            return await self._messages_by_words(agent_id, query, top_k)
        return {"messages": found_messages(found), "messages_matched_by": "letta"}

    async def _messages_by_words(self, agent_id: str, query: str, top_k: int) -> Object:
        """Look through the newest messages: a Letta without Turbopuffer has no search for them."""
        asked: Asked = {"limit": LOOKED_THROUGH, "order": "desc", "use_assistant_message": False}
        got = await self.letta.get(route(agent_id, "messages"), asked, about=agent_id)
        read = entries(got.value)
        return {
            "messages": matching(read, query, top_k),
            "messages_matched_by": "words",
            "messages_searched": len(read),
        }


def _blocks_of(agent_id: str, *parts: str) -> str:
    return route(agent_id, "core-memory", "blocks", *parts)


def _without_value(raw: Mapping[str, Any]) -> Object:
    """Return a block without the text, which the caller has just sent."""
    told = block(raw)
    return told | {"value": None, "chars": len(told["value"])}


def _expect(raw: Mapping[str, Any], value: str) -> None:
    held = str(raw.get("value") or "")
    if held != value:
        raise Conflict(
            f"The block {raw.get('label')!r} does not hold expected_value ({len(value)} characters)"
            f" but another text ({len(held)}); nothing was changed.",
            "letta_get_memory with fresh: true returns it as it is now.",
        )


def _check(raw: Mapping[str, Any], value: str, done: str) -> None:
    if raw.get("value") != value:
        lacks = f"holds another text ({len(str(raw.get('value') or ''))} characters)"
        raise LettaInconsistent(done, lacks, "letta_get_memory with fresh: true returns it.")
