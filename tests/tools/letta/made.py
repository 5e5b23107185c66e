"""Agents and tools for a test, taken away after it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from uuid import uuid4

from letta_client import APIStatusError, Letta
from letta_client.types import AgentState, Tool

from ltmc_server.dispatch import Dispatcher

NOBODY: Final = "agent-00000000-0000-4000-8000-000000000000"
NO_TOOL: Final = "tool-00000000-0000-4000-8000-000000000000"

_SOURCE: Final = '''
def {name}(a: int, b: int) -> int:
    """Add two numbers.

    Args:
        a (int): One of them.
        b (int): The other.

    Returns:
        int: Their sum.
    """
    return a + b{more}
'''


def a_name(what: str) -> str:
    """Return a name that no other test uses."""
    return f"{what}_{uuid4().hex[:12]}"


def source(name: str, more: str = "") -> str:
    """Return the source of a tool."""
    return _SOURCE.format(name=name, more=more)


@contextmanager
def an_agent(sdk: Letta) -> Iterator[AgentState]:
    """Yield an agent without tools."""
    agent = sdk.agents.create(
        name=a_name("agent"),
        model="openai-proxy/gpt-4o-mini",
        embedding="openai/text-embedding-3-small",
        memory_blocks=[
            {"label": "human", "value": "Drinks green tea."},
            {"label": "persona", "value": "Says little."},
        ],
        include_base_tools=False,
        tags=["ours"],
    )
    try:
        yield agent
    finally:
        gone(sdk, agent.id)


@contextmanager
def a_tool(sdk: Letta, tags: tuple[str, ...] = ()) -> Iterator[Tool]:
    """Yield a tool that no agent has."""
    tool = sdk.tools.upsert(source_code=source(a_name("add")), tags=list(tags))
    try:
        yield tool
    finally:
        gone(sdk, tool.id)


def gone(sdk: Letta, id: str) -> None:
    """Delete an agent or a tool, if it is there."""
    with suppress(APIStatusError):
        (sdk.agents if id.startswith("agent") else sdk.tools).delete(id)


def held(sdk: Letta, agent_id: str) -> set[str]:
    """Return the ids of the tools of an agent, as Letta tells them."""
    return {tool.id for tool in sdk.agents.tools.list(agent_id, limit=100).items}


async def ok(server: Dispatcher, tool: str, **arguments: object) -> dict[str, Any]:
    """Call a tool that is to do what it is asked."""
    reply = await server.call(tool, arguments)
    assert not reply.is_error, reply.payload
    return reply.payload


async def refused(server: Dispatcher, tool: str, **arguments: object) -> dict[str, Any]:
    """Call a tool that is to refuse; return the error."""
    reply = await server.call(tool, arguments)
    assert reply.is_error, reply.payload
    error: dict[str, Any] = reply.payload["error"]
    return error
