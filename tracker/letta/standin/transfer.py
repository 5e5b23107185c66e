"""Agents written to a file and made from one."""

from typing import Any, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tracker.letta.standin.answers import Body, golden, like, new_id, now
from tracker.letta.standin.memory import new_block
from tracker.letta.standin.requests import Asked, BlockFields, Refused, Request
from tracker.letta.standin.state import (
    AGENTS_MAX,
    BLOCKS_MAX,
    PER_AGENT_MAX,
    TOOLS_MAX,
    Agent,
    State,
    make_room,
)


class FileBlock(BlockFields):
    """A block, with the id it has in the file."""

    id: str


class FileTool(BaseModel):
    """A tool, with the id it has in the file."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str


class FileMessage(Request):
    """A message that has been said."""

    role: Literal["system", "user", "assistant", "tool"]
    content: list[dict[str, Any]]
    created_at: str


class FileAgent(Request):
    """An agent, and the ids of what it has."""

    name: str
    tags: list[str]
    block_ids: list[str]
    tool_ids: list[str]
    messages: list[FileMessage] = Field(max_length=PER_AGENT_MAX)
    description: str | None = None
    system: str | None = None
    metadata: dict[str, Any] | None = None
    tool_rules: list[dict[str, Any]] | None = None


class AgentFile(Request):
    """Agents and what they have."""

    agents: list[FileAgent]
    blocks: list[FileBlock]
    tools: list[FileTool]

    @model_validator(mode="after")
    def _has_what_it_names(self) -> Self:
        blocks, tools = {each.id for each in self.blocks}, {each.id for each in self.tools}
        for agent in self.agents:
            if missing := {*agent.block_ids} - blocks | {*agent.tool_ids} - tools:
                raise ValueError(f"{agent.name} has {min(missing)}, which is not in the file")
        return self


ROLES = {
    "system_message": "system",
    "user_message": "user",
    "assistant_message": "assistant",
    "tool_call_message": "assistant",
    "tool_return_message": "tool",
}


def export(state: State, asked: Asked) -> Body:
    """Return an agent as a file, with its blocks, tools and messages."""
    id = asked.path["agent_id"]
    if id not in state.agents:
        raise Refused(500, f"Export failed: The following agent IDs were not found: ['{id}']")
    agent = state.agents[id]
    block = golden()["export"]["blocks"][0]
    blocks = [
        {key: state.blocks[each].get(key, block[key]) for key in block}
        | {"id": f"block-{index}", "tags": None}
        for index, each in enumerate(agent.blocks)
    ]
    tools = [state.tools[each] | {"id": f"tool-{i}"} for i, each in enumerate(agent.tools)]
    messages = [_written(each, index) for index, each in enumerate(agent.messages)]
    body = golden()["export"]["agents"][0]
    known = {key: agent.fields[key] for key in body if key in agent.fields} | {
        "id": "agent-0",
        "tags": agent.tags,
        "tool_ids": [each["id"] for each in tools],
        "block_ids": [each["id"] for each in blocks],
        "messages": messages,
        "in_context_message_ids": [each["id"] for each in messages],
        "model": None,
        "embedding": None,
    }
    changes = {"agents": [body | known], "blocks": blocks, "tools": tools, "created_at": now()}
    return like("export", **changes)


def load(state: State, asked: Asked) -> Body:
    """Make the agents of a file, all of them or none."""
    if "file" not in asked.form:
        missing = {"type": "missing", "loc": ("body", "file"), "msg": "Field required"}
        raise Refused(422, str([missing | {"input": None}]), trace_id="")
    file = _parsed(asked.form["file"])
    make_room(len(state.agents), AGENTS_MAX, "agents", more=len(file.agents))
    make_room(len(state.tools), TOOLS_MAX, "tools", more=len(file.tools))
    make_room(len(state.blocks), BLOCKS_MAX, "blocks", more=len(file.blocks))
    replace = str(asked.form.get("override_existing_tools", "true")).lower() == "true"
    tools = {tool.id: _tool(state, tool, replace=replace) for tool in file.tools}
    blocks = {block.id: new_block(state, block) for block in file.blocks}
    made = []
    for written in file.agents:
        agent = Agent(
            {"name": _name(written, asked), "enable_sleeptime": False}
            | written.model_dump(include={"description", "system", "metadata", "tool_rules"}),
            tags=written.tags,
            blocks=[blocks[each] for each in written.block_ids],
            tools=[tools[each] for each in written.tool_ids],
            messages=[_read(each) for each in written.messages],
        )
        id, time = new_id("agent"), now()
        ids = [each["id"] for each in agent.messages]
        agent.fields |= {"id": id, "created_at": time, "updated_at": time, "message_ids": ids}
        state.agents[id] = agent
        made.append(id)
    return {"agent_ids": made}


def _parsed(given: str | bytes) -> AgentFile:
    try:
        file = orjson.loads(given)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "Corrupted agent file format.") from error
    if not isinstance(file, dict) or "agents" not in file:
        raise Refused(
            400,
            "Legacy AgentSchema format is deprecated. Please use the new AgentFileSchema format"
            " with 'agents' field.",
        )
    try:
        return AgentFile.model_validate(file)
    except ValidationError as error:
        raise Refused(400, f"Invalid agent file: {error}") from error


def _name(written: FileAgent, asked: Asked) -> str:
    named = asked.form.get("override_name") or asked.form.get("name")
    if isinstance(named, str):
        return named
    copied = str(asked.form.get("append_copy_suffix", "true")).lower() == "true"
    return written.name + "_copy" * copied


def _tool(state: State, tool: FileTool, *, replace: bool) -> str:
    """Return the id of the tool of that name, which is made if there is none."""
    for id, known in state.tools.items():
        if known["name"] == tool.name:
            if replace and not known["tool_type"].startswith("letta_"):
                state.tools[id] = like("tool", **tool.model_dump() | {"id": id})
            return id
    id = new_id("tool")
    state.tools[id] = like("tool", **tool.model_dump() | {"id": id})
    return id


def _written(message: Body, index: int) -> Body:
    """Return a message as a file holds it: what a tool was called with is not kept."""
    kind = message["message_type"]
    text = str(message.get("content") or message.get("tool_return") or "")
    body: Body = golden()["export"]["agents"][0]["messages"][0]
    return body | {
        "role": ROLES[kind],
        "content": [{"type": "text", "text": text, "signature": None}],
        "otid": new_id("")[1:],
        "id": f"message-{index}",
        "model": None if kind == "user_message" else body["model"],
        "created_at": message["date"],
    }


def _read(written: FileMessage) -> Body:
    """Return a message of a file as one of an agent, of no run any more."""
    kinds = {role: kind for kind, role in ROLES.items() if kind != "tool_call_message"}
    kind = kinds[written.role]
    text = " ".join(str(part.get("text", "")) for part in written.content)
    said = {"tool_return": text} if kind == "tool_return_message" else {"content": text}
    message: Body = golden()["messages"][kind]
    ids = {"id": new_id("message"), "otid": new_id("")[1:], "run_id": None, "step_id": None}
    return message | ids | {"date": written.created_at} | said
