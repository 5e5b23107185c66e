"""Agents: made, listed, read, changed, deleted."""

import re
from typing import Any

from tracker.letta.standin.answers import Body, golden, like, new_id, now, now_s
from tracker.letta.standin.memory import new_block
from tracker.letta.standin.requests import AgentFields, AgentPage, Asked, Included, Refused
from tracker.letta.standin.state import (
    AGENTS_MAX,
    BLOCKS_MAX,
    Agent,
    State,
    absent,
    make_room,
    page,
)

ALL = frozenset({"agent.blocks", "agent.tools", "agent.tags"})
"""What comes with an agent for clients before version 1, and with the answer to a change."""

PAGE = 50
NOT_IN_NAMES = re.compile(r"[/\\:*?\"<>|]")


def shown(state: State, agent: Agent, include: frozenset[str] = ALL) -> Body:
    """Return an agent as the server shows it, with the related things asked for."""
    blocks = [state.blocks[id] for id in agent.blocks] if "agent.blocks" in include else []
    tools = [state.tools[id] for id in agent.tools] if "agent.tools" in include else []
    # Any relation at all brings the tags.
    tags = agent.tags if include else []
    memory = like("core_memory", blocks=blocks)
    return like("agent", **agent.fields, memory=memory, blocks=blocks, tools=tools, tags=tags)


def create(state: State, asked: Asked) -> Body:
    """Make an agent."""
    make_room(len(state.agents), AGENTS_MAX, "agents")
    fields = asked.content(AgentFields)
    model = _model(fields)
    if fields.name and NOT_IN_NAMES.search(fields.name):
        raise Refused(
            500, f"Export failed: Agent name '{fields.name}' contains invalid characters."
        )
    if model is None:
        raise Refused(400, "INVALID_ARGUMENT: Must specify either model or llm_config in request")
    wanted = [*fields.tools, *(golden()["agent_tools"] if fields.include_base_tools else ())]
    tools = [tool["id"] for tool in state.tools.values() if tool["name"] in wanted]
    tools += [id for id in fields.tool_ids or () if id not in tools]
    unknown = [id for id in tools if id not in state.tools]
    if unknown:
        raise absent("tool", unknown[0])
    make_room(len(state.blocks), BLOCKS_MAX, "blocks", more=len(fields.memory_blocks))
    blocks = [new_block(state, block) for block in fields.memory_blocks]
    blocks += [id for id in fields.block_ids or () if id in state.blocks]
    id, time = new_id("agent"), now()
    agent = Agent(
        model
        | {"id": id, "name": fields.name or "StandIn", "created_at": time, "updated_at": time},
        tags=list(dict.fromkeys(fields.tags or ())),
        blocks=blocks,
        tools=tools,
    )
    _change(agent, fields)
    start(agent)
    state.agents[id] = agent
    return shown(state, agent)


def start(agent: Agent) -> None:
    """Give an agent its first message: the system prompt."""
    first = golden()["messages"]["system_message"] | {"id": new_id("message"), "date": now_s()}
    agent.messages[:] = [first]
    agent.fields["message_ids"] = [first["id"]]


def all(state: State, asked: Asked) -> list[Body]:
    """Return a page of agents, newest first unless asked otherwise."""
    which = asked.page(AgentPage)
    # A limit of 0 is none at all to the real server.
    which.limit = which.limit or None
    ids = page(_matching(state, which), which, PAGE)
    include = frozenset(which.include) if asked.modern else ALL
    return [shown(state, state.agents[id], include) for id in ids]


def count(state: State, asked: Asked) -> int:
    """Return how many agents match."""
    return len(_matching(state, asked.page(AgentPage)))


def get(state: State, asked: Asked) -> Body:
    """Return one agent."""
    include = frozenset(asked.page(Included).include) if asked.modern else ALL
    return shown(state, state.agent(asked.path["agent_id"]), include)


def update(state: State, asked: Asked) -> Body:
    """Change what is said of an agent; fields that are null stay as they are."""
    fields = asked.content(AgentFields)
    agent = state.row(asked.path["agent_id"])
    model = _model(fields) or {}
    if fields.tool_ids is not None:
        agent.tools[:] = [id for id in fields.tool_ids if id in state.tools]
    if fields.block_ids is not None:
        agent.blocks[:] = [id for id in fields.block_ids if id in state.blocks]
    if fields.tags is not None:
        agent.tags[:] = dict.fromkeys(fields.tags)
    agent.fields |= model | ({"name": fields.name} if fields.name else {}) | {"updated_at": now()}
    _change(agent, fields)
    return shown(state, agent)


def delete(state: State, asked: Asked) -> Body:
    """Delete an agent. Its blocks stay, as they do on the real server."""
    id = asked.path["agent_id"]
    state.row(id)
    del state.agents[id]
    return {"message": f"Agent id={id} successfully deleted"}


def _change(agent: Agent, fields: AgentFields) -> None:
    for name in ("description", "system", "metadata", "timezone", "agent_type"):
        if (value := getattr(fields, name)) is not None:
            agent.fields[name] = value
    if fields.tool_rules is not None:
        agent.fields["tool_rules"] = [rule.model_dump() for rule in fields.tool_rules]


def _model(fields: AgentFields) -> Body | None:
    """Return what an answer says of the model asked for; None when none is."""
    changes: dict[str, Any] = {}
    if fields.embedding is not None:
        known = {each["handle"] for each in golden()["embeddings"]}
        if fields.embedding not in known:
            raise Refused(400, f"INVALID_ARGUMENT: Embedding model {fields.embedding} not found")
        changes["embedding"] = fields.embedding
    if fields.llm_config is not None:
        return changes | {"llm_config": golden()["agent"]["llm_config"] | fields.llm_config}
    if fields.model is None:
        return None
    known = {each["handle"] for each in golden()["models"]}
    if fields.model not in known:
        raise Refused(404, f"NOT_FOUND: Handle {fields.model} not found, must be one of []")
    config = {"model": fields.model.split("/", 1)[1], "handle": fields.model}
    return changes | {
        "model": fields.model,
        "llm_config": golden()["agent"]["llm_config"] | config,
    }


def _matching(state: State, which: AgentPage) -> list[str]:
    wanted = set(which.tags)
    found = []
    for id, agent in state.agents.items():
        name = agent.fields["name"]
        has = wanted.intersection(agent.tags)
        if wanted and (has != wanted if which.match_all_tags else not has):
            continue
        if which.name is not None and name != which.name:
            continue
        if which.query_text and which.query_text.lower() not in name.lower():
            continue
        found.append(id)
    return found
