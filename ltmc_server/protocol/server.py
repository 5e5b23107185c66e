"""An MCP server over a dispatcher, on mcp's low-level `Server`."""

import logging
from typing import Any

from mcp import MCPError
from mcp.server import Server, ServerRequestContext
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    ListToolsResult,
    PaginatedRequestParams,
    Tool as WireTool,
)

from ltmc_server.dispatch import Dispatcher
from ltmc_server.protocol.wire import INSTRUCTIONS, SERVER_INFO, wire_result, wire_tool

log = logging.getLogger(__name__)


def mcp_server(dispatcher: Dispatcher) -> Server[Any]:
    """Publish the dispatcher's tools over MCP.

    A failure the caller can act on is a result with `isError`; an unknown tool is a protocol
    error, as the specification has it; a bug reaches the client as an internal error.
    """
    tools = [WireTool.model_validate(wire_tool(tool)) for tool in dispatcher.tools.values()]
    published = ListToolsResult(tools=tools)
    schemas = {tool.name: tool.input_schema for tool in published.tools}

    async def list_tools(
        context: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return published

    async def call_tool(
        context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> dict[str, Any]:
        if params.name not in dispatcher.tools:
            known = ", ".join(dispatcher.tools)
            raise MCPError(INVALID_PARAMS, f"No tool {params.name[:100]!r}; there are: {known}.")
        try:
            reply = await dispatcher.call(params.name, params.arguments or {})
        except Exception as bug:
            # The one broad handler. In the handshake era the SDK would send the text of the
            # exception, which may hold what nobody was to see.
            log.exception("a bug in %s", params.name)
            raise MCPError(INTERNAL_ERROR, "Internal server error; the log has the cause.") from bug
        return wire_result(reply) | {"resultType": "complete"}

    server = Server[Any](
        SERVER_INFO["name"],
        version=SERVER_INFO["version"],
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,  # type: ignore[arg-type]  # a wire dict is taken too, and cheaper
        # Without it the SDK asks for the whole list before each call over HTTP.
        get_tool_input_schema=schemas.get,
    )
    server.middleware.clear()  # Its one default entry opens a tracing span that nobody reads.
    return server
