"""What arms and operations are called; one that is not listed keeps its own name."""

from collections.abc import Iterable, Mapping
from typing import Final

ARMS: Final[Mapping[str, str]] = {
    "sdk_cold": "SDK, a process each time",
    "sdk_new_client": "SDK, a client each time",
    "sdk": "SDK, one client",
    "sdk_async": "SDK, one asynchronous client",
    "raw": "plain HTTP",
    "mcp_memory": "MCP in memory",
    "mcp_stdio": "MCP over stdio",
    "mcp_http": "MCP over HTTP",
    "mcp_stdio_warm": "MCP over stdio, with cache",
    "letta_mcp_server": "letta-mcp-server",
}

HEADLINE: Final = "sdk"
"""What a claim is judged against: how the SDK's own documentation has it used."""

NAIVE: Final = ("sdk_new_client", "sdk_cold")
"""What a claim may have been made against; the milder first."""

BASELINES: Final = (HEADLINE, *NAIVE)

DECIDING: Final = ("mcp_stdio", "mcp_http")
"""How MCP servers are used. In memory there is no process to reach; a cache is another claim."""

WARM: Final = "mcp_stdio_warm"

NOT_MCP: Final = frozenset({*BASELINES, "sdk_async", "raw"})

SHARING: Final = "MCP asks Letta once for equal reads that are under way at once."
"""What to know of clients at once: some of what is saved there is this."""

OPERATIONS: Final[Mapping[str, str]] = {
    "health": "Health",
    "agent_list": "Agent list",
    "agent_get": "Get agent",
    "memory_read": "Get memory",
    "memory_update": "Memory update",
    "message_send": "Message send",
    "agent_chat": "Agent chat",
    "tool_attach": "Tool attach",
    "tool_list": "Tool list",
    "archival_insert": "Archival insert",
    "archival_search": "Archival search",
    "dealer_workflow": "Dealer workflow, call by call",
    "dealer_workflow_batch": "Dealer workflow, one batch",
    "workflow_reads": "Dealer workflow, reads only",
    "workflow_reads_batch": "Dealer workflow, reads as one batch",
    "several_agents": "Several agents",
}


def arm_label(arm: str) -> str:
    """Return what a reader calls the arm."""
    return ARMS.get(arm, arm)


def operation_label(operation: str) -> str:
    """Return what a reader calls the operation."""
    return OPERATIONS.get(operation, operation)


def in_order(names: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Return each name once: those that are known in their order, then the others."""
    order = list(known)
    return sorted(
        set(names), key=lambda name: (order.index(name) if name in known else len(order), name)
    )
