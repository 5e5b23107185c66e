"""Actions on the tools of the Letta server, and on those that an agent has."""

import re
from functools import cached_property
from typing import Final, Literal

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded, Conflict, InvalidArguments
from ltmc_server.letta import routes
from ltmc_server.letta.errors import LettaInconsistent, LettaRefused
from ltmc_server.letta.interfaces import EVERY_AGENT, Letta
from ltmc_server.letta.naming import ToolIds
from ltmc_server.letta.rules import told
from ltmc_server.letta.shapes import an_object, objects
from ltmc_server.letta.tools import asked_for, entry, label, page
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.letta import tool_words as w
from ltmc_server.tools.letta.answering import FIND_AGENT, aged, hinting
from ltmc_server.tools.letta.words import AgentId, Fresh

HELD_MAX: Final = 500
"""Tools of an agent that are looked at. Letta pages them wrongly, so they are asked for at once."""

FUNCTIONS_MAX: Final = 50
"""In the source of a tool."""

NEITHER: Final = f"{FIND_AGENT} letta_list_tools shows the tools."

_FUNCTION: Final = re.compile(r"^[ \t]*def[ \t]+(\w+)", re.MULTILINE)

Change = Literal["attach", "detach"]


@dataclass(frozen=True)
class ToolActions(Tool):
    """What the server has of tools, and who may call them."""

    letta: Letta

    @cached_property
    def tool_ids(self) -> ToolIds:
        """The names of tools that were seen."""
        return ToolIds(self.letta)

    @action("read", filter="query")
    async def list_tools(
        self,
        *,
        query: w.PartOfName = "",
        tags: v.Tags = (),
        limit: v.Limit = 50,
        cursor: w.ToolCursor | None = None,
        fresh: Fresh = False,
    ) -> v.Object:
        """List the tools of the Letta server, newest first, by name or tags."""
        asked = {
            "limit": asked_for(limit, query, tags),
            "after": cursor,
            "search": query or None,
            "order": "desc",
        }
        got = await self.letta.get(routes.TOOLS, asked, about="tools", fresh=fresh)
        return aged(page(objects(got.value, "id"), limit, query, tags), got)

    @action("read")
    async def get_agent_tools(self, *, agent_id: AgentId, fresh: Fresh = False) -> v.Object:
        """List the tools that an agent may call."""
        with hinting(FIND_AGENT):
            got = await self.letta.get(
                routes.agent(agent_id, "tools"), {"limit": HELD_MAX}, about=agent_id, fresh=fresh
            )
        tools = objects(got.value, "id")
        told = {
            "agent_id": agent_id,
            "items": [entry(tool) for tool in tools],
            "returned": len(tools),
            "has_more": len(tools) >= HELD_MAX,
        }
        return aged(told, got)

    @action("destroy")
    async def create_tool(
        self,
        *,
        source_code: w.SourceCode,
        description: w.ToolDescription | None = None,
        tags: v.Tags = (),
        pip_requirements: w.Packages = (),
        return_char_limit: w.ResultChars | None = None,
        requires_approval: w.NeedsApproval | None = None,
        overwrite: w.Overwrite = False,
    ) -> v.Object:
        """Make a tool of a Python function; it runs on the Letta server when an agent calls it."""
        replaced = await self._replaced(source_code, overwrite=overwrite)
        said = {
            "source_code": source_code,
            "source_type": "python",
            "description": description,
            "tags": list(tags) or None,
            "pip_requirements": [_package(each) for each in pip_requirements] or None,
            "return_char_limit": return_char_limit,
            "default_requires_approval": requires_approval,
        }
        body = {name: value for name, value in said.items() if value is not None}
        answer = await self.letta.send(
            "PUT", routes.TOOLS, body, changes=frozenset({"tools", EVERY_AGENT})
        )
        tool = an_object(answer, "id", "name")
        if tool.get("source_code") != source_code:
            lacks = f"shows another source for {tool['name']!r}"
            raise LettaInconsistent("made a tool", lacks, "Try again.")
        self.tool_ids.remember(tool["name"], tool["id"])
        schema = (tool.get("json_schema") or {}).get("parameters") or {}
        return {
            **entry(tool),
            "parameters": list(schema.get("properties") or ()),
            "replaced": tool["id"] in replaced,
        }

    @action("write")
    async def attach_tool(
        self,
        *,
        agent_id: AgentId,
        tool_id: w.ToolId | None = None,
        tool_name: w.ToolName | None = None,
        verify: w.Verify = True,
    ) -> v.Object:
        """Let an agent call a tool."""
        self._check_by_one(tool_id, tool_name, "attach_tool")
        id = tool_id or await self._changed_by_name("attach", agent_id, tool_name or "")
        if tool_id:
            await self._change("attach", agent_id, tool_id)
        if not verify:
            return {"agent_id": agent_id, "tool_id": id, "verified": False}
        held = await self._held(agent_id)
        if id not in held:
            raise _undone("attached", id, "does not list it among the agent's tools")
        if tool_name and held[id] != tool_name:
            self.tool_ids.forget(tool_name)
            raise Conflict(
                f"{id} was called {tool_name!r} and now is {held[id]!r}; it is attached.",
                "letta_detach_tool takes it off; the next call by name asks Letta anew.",
            )
        return _shown(agent_id, id, held)

    @action("write")
    async def detach_tool(
        self,
        *,
        agent_id: AgentId,
        tool_id: w.ToolId | None = None,
        tool_name: w.ToolName | None = None,
        verify: w.Verify = True,
    ) -> v.Object:
        """Let an agent call a tool no more; the tool itself stays."""
        self._check_by_one(tool_id, tool_name, "detach_tool")
        id = tool_id or await self._changed_by_name("detach", agent_id, tool_name or "")
        if tool_id:
            await self._change("detach", agent_id, tool_id)
        if not verify:
            return {"agent_id": agent_id, "tool_id": id, "verified": False}
        held = await self._held(agent_id)
        other = next((each for each, name in held.items() if name == tool_name), None)
        if other and other != id:
            # The tool was made anew since its name was seen; Letta says yes to any id.
            self.tool_ids.remember(tool_name or "", other)
            await self._change("detach", agent_id, other)
            id, held = other, await self._held(agent_id)
        if id in held:
            raise _undone("detached", id, "still lists it among the agent's tools")
        return _shown(agent_id, id, held)

    @action("destroy")
    async def set_tool_rules(self, *, agent_id: AgentId, tool_rules: w.ToolRules) -> v.Object:
        """Replace the rules that say when an agent may, must or must not call its tools."""
        wanted = [rule.as_letta_says() for rule in tool_rules]
        with hinting(FIND_AGENT):
            answer = await self.letta.send(
                "PATCH",
                routes.agent(agent_id),
                {"tool_rules": wanted},
                changes=frozenset({agent_id, "agents"}),
            )
        kept = told(objects(an_object(answer).get("tool_rules") or []))
        if kept != wanted:
            raise LettaInconsistent("set the rules", "shows other ones", "Set them again.")
        return {"agent_id": agent_id, "tool_rules": kept}

    def _check_by_one(self, tool_id: str | None, tool_name: str | None, name: str) -> None:
        if (tool_id is None) == (tool_name is None):
            raise InvalidArguments(self.called(name), "", ["give either tool_id or tool_name"])

    async def _changed_by_name(self, change: Change, agent_id: str, name: str) -> str:
        """Attach or detach the tool that has this name; return its id."""
        id = self.tool_ids.remembered(name)
        if id is None:
            id = await self.tool_ids.ask(name)
            await self._change(change, agent_id, id)
            return id
        try:
            await self._change(change, agent_id, id)
        except LettaRefused as error:
            if error.details.get("status") != 404:
                raise
            # Either there is no such agent, or the tool was deleted since, and perhaps made anew.
            renewed = await self.tool_ids.ask(name)
            if renewed == id:
                raise
            await self._change(change, agent_id, renewed)
            return renewed
        return id

    async def _change(self, change: Change, agent_id: str, tool_id: str) -> None:
        with hinting(NEITHER):
            await self.letta.send(
                "PATCH",
                routes.agent(agent_id, "tools", change, tool_id),
                changes=frozenset({agent_id, "agents"}),
            )

    async def _held(self, agent_id: str) -> dict[str, str | None]:
        """Return the names of the agent's tools by their ids, as they are now."""
        path = routes.agent(agent_id, "tools")
        got = await self.letta.get(path, {"limit": HELD_MAX}, about=agent_id, fresh=True)
        return {tool["id"]: tool.get("name") for tool in objects(got.value, "id")}

    async def _replaced(self, source_code: str, *, overwrite: bool) -> set[str]:
        """Return the ids of tools that may be replaced, which Letta does without a word.

        Raises:
            Conflict: they may not.
        """
        # Any function, as Letta takes the last one that it comes across, not the outermost.
        names = list(dict.fromkeys(_FUNCTION.findall(source_code)))
        if len(names) > FUNCTIONS_MAX:
            raise BoundExceeded(
                f"source_code has {len(names)} functions; at most {FUNCTIONS_MAX} are taken.",
                "A tool is one function; Letta takes the last that it comes across.",
            )
        there = await self.tool_ids.called(names) if names else []
        for tool in there:
            if str(tool.get("tool_type")).startswith("letta_"):
                raise Conflict(
                    f"{tool['name']!r} is a tool of Letta itself, for all agents.",
                    "Give the function another name.",
                )
            if not overwrite:
                raise Conflict(
                    f"{tool['name']!r} is there as {tool['id']}; agents may be using it.",
                    "Send overwrite: true to replace it, or give the function another name.",
                )
        return {tool["id"] for tool in there}


def _package(said: str) -> v.Object:
    name, _, version = said.partition("==")
    return {"name": name.strip(), "version": version.strip() or None}


def _shown(agent_id: str, tool_id: str, held: dict[str, str | None]) -> v.Object:
    tools = [label({"id": id, "name": name}) for id, name in held.items()]
    return {"agent_id": agent_id, "tool_id": tool_id, "verified": True, "tools": tools}


def _undone(done: str, tool_id: str, lacks: str) -> LettaInconsistent:
    return LettaInconsistent(
        f"{done} {tool_id}", lacks, "letta_get_agent_tools with fresh: true shows them; try again."
    )
