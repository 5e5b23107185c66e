"""Tools and replies as MCP writes them: plain objects, the same for every transport."""

from collections.abc import Iterator

from ltmc_server.actions import Action, Effect, Tool
from ltmc_server.dispatch import Reply
from ltmc_server.protocol.messages import Object
from ltmc_server.protocol.published import published
from ltmc_server.protocol.schema import action_schema, input_schema
from ltmc_server.toolbox import Toolbox


def listed(tools: Toolbox) -> list[Object]:
    """Describe all tools as `tools/list` does. A tool that is made later is not made for that."""
    prepared = published() if tools.later else {}
    return [
        described
        for name in tools
        for described in (name in tools.later and prepared.get(name)) or wire_tool(tools[name])
    ]


def wire_tool(tool: Tool) -> Iterator[Object]:
    """Describe what `tool` is published as: itself, or each of its actions."""
    if not tool.is_flat:
        effects = {action.effect for action in tool.actions.values()}
        yield {
            "name": tool.name,
            "description": type(tool).__doc__,
            "inputSchema": input_schema(tool),
            "annotations": _hints(effects, is_elsewhere=False),
        }
        return
    for name, action in zip(tool.names(), tool.actions.values(), strict=True):
        yield _wire_action(name, action)


def _wire_action(name: str, action: Action) -> Object:
    return {
        "name": name,
        "description": action.summary,
        "inputSchema": action_schema(name, action),
        "annotations": _hints({action.effect}, is_elsewhere=True),
    }


def _hints(effects: set[Effect], *, is_elsewhere: bool) -> Object:
    return {
        "readOnlyHint": effects == {"read"},
        "destructiveHint": "destroy" in effects,
        "idempotentHint": effects == {"read"},
        "openWorldHint": is_elsewhere,
    }


def wire_result(reply: Reply) -> Object:
    """Return the reply as `tools/call` answers it.

    The object is there twice, as structured content and as text, because the specification asks
    for it and many hosts show the model only the text.
    """
    return {
        "content": [{"type": "text", "text": reply.text}],
        "structuredContent": reply.payload,
        "isError": reply.is_error,
    }
