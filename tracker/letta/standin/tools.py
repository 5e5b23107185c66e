"""Tools: made from source, listed, attached to agents and detached."""

import ast
import hashlib
import re
from typing import Final

from tracker.letta.standin.answers import Body, like, new_id
from tracker.letta.standin.requests import Asked, Page, Refused, ToolFields, ToolPage
from tracker.letta.standin.state import TOOLS_MAX, Agent, State, absent, make_room, page

PAGE: Final = 50
AGENT_PAGE: Final = 10

JSON_TYPES: Final = {
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}


def upsert(state: State, asked: Asked) -> Body:
    """Make a tool from its source, or change the one of that name."""
    fields = asked.content(ToolFields)
    schema = fields.json_schema or _schema(fields.source_code)
    known = (each for each in state.tools.values() if each["name"] == schema["name"])
    tool = next(known, None)
    if tool is None:
        make_room(len(state.tools), TOOLS_MAX, "tools")
        tool = like("tool", id=new_id("tool"), tags=[])
    digest = hashlib.sha256(fields.source_code.encode()).hexdigest()[:12]
    state.tools[tool["id"]] = tool | {
        "name": schema["name"],
        "description": fields.description or schema["description"],
        "source_code": fields.source_code,
        "json_schema": schema,
        "tags": tool["tags"] if fields.tags is None else fields.tags,
        "return_char_limit": fields.return_char_limit or tool["return_char_limit"],
        "metadata_": {"tool_hash": digest},
    }
    return state.tools[tool["id"]]


def all(state: State, asked: Asked) -> list[Body]:
    """Return a page of tools, newest first unless asked otherwise."""
    which = asked.page(ToolPage)
    return [state.tools[id] for id in page(_matching(state, which), which, PAGE)]


def count(state: State, asked: Asked) -> int:
    """Return how many tools match."""
    return len(_matching(state, asked.page(ToolPage)))


def get(state: State, asked: Asked) -> Body:
    """Return one tool."""
    id = asked.path["tool_id"]
    if id not in state.tools:
        raise absent("tool", id)
    return state.tools[id]


def delete(state: State, asked: Asked) -> None:
    """Delete a tool, and take it from the agents that have it."""
    id = asked.path["tool_id"]
    if state.tools.pop(id, None) is None:
        raise Refused(400, f"Tool with id {id} not found.")
    for agent in state.agents.values():
        if id in agent.tools:
            agent.tools.remove(id)


def of_agent(state: State, asked: Asked) -> list[Body]:
    """Return the tools of an agent, newest first unless asked otherwise."""
    agent = state.owner(asked.path["agent_id"])
    ids = [id for id in state.tools if id in set(agent.tools)]
    return [state.tools[id] for id in page(ids, asked.page(Page), AGENT_PAGE)]


def attach(state: State, asked: Asked) -> Agent:
    """Give a tool to an agent, which may have it already."""
    id = asked.path["tool_id"]
    agent = state.owner(asked.path["agent_id"])
    if id not in state.tools:
        organization = "org-00000000-0000-4000-8000-000000000000"
        raise Refused(404, f"Tool with id={id} not found in organization={organization}")
    if id not in agent.tools:
        agent.tools.append(id)
    return agent


def detach(state: State, asked: Asked) -> Agent:
    """Take a tool from an agent, whether it has it or not."""
    agent = state.owner(asked.path["agent_id"])
    if asked.path["tool_id"] in agent.tools:
        agent.tools.remove(asked.path["tool_id"])
    return agent


def _matching(state: State, which: ToolPage) -> list[str]:
    return [
        id
        for id, tool in state.tools.items()
        if which.name in (None, tool["name"])
        and (not which.names or tool["name"] in which.names)
        and (which.search or "").lower() in tool["name"].lower()
        and (not which.tool_types or tool["tool_type"] in which.tool_types)
        and tool["tool_type"] not in which.exclude_tool_types
    ]


def _schema(source: str) -> Body:
    """Return what the first function of a source takes, as models are told it."""
    failed = "Failed to derive json schema: Schema generation failed: "
    try:
        nodes = ast.parse(source).body
    except SyntaxError as error:
        raise Refused(400, f"{failed}Failed to parse source code: {error}") from error
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    if not functions:
        raise Refused(400, f"{failed}No functions found in source code")
    function = functions[-1]
    said = ast.get_docstring(function) or ""
    taken = function.args.args
    required = taken[: len(taken) - len(function.args.defaults)]
    return {
        "name": function.name,
        "description": said.split("\n\n")[0],
        "parameters": {
            "type": "object",
            "properties": {one.arg: _parameter(one, said) for one in taken},
            "required": [one.arg for one in required],
        },
    }


def _parameter(one: ast.arg, said: str) -> Body:
    annotation = one.annotation.id if isinstance(one.annotation, ast.Name) else "str"
    described = re.search(rf"^\s*{one.arg}\b[^:\n]*:\s*(.+)$", said, re.MULTILINE)
    return {
        "type": JSON_TYPES.get(annotation, "string"),
        "description": described[1] if described else "",
    }
