"""An MCP server over a dispatcher, on mcp's low-level `Server`."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from mcp import MCPError
from mcp.server import Server, ServerRequestContext
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    Tool as WireTool,
)

from ltmc_server.dispatch import Dispatcher
from ltmc_server.protocol.messages import INSTRUCTIONS, RESOURCES, SERVER_INFO, UNCACHED
from ltmc_server.protocol.progress import following
from ltmc_server.protocol.resources import Resources, Unreadable, unknown_resource
from ltmc_server.protocol.session import MODERN_VERSIONS
from ltmc_server.protocol.wire import listed, wire_result

COMPLETE: Final = {"resultType": "complete"}

log = logging.getLogger(__name__)


def mcp_server(dispatcher: Dispatcher) -> Server[Any]:
    """Publish the dispatcher's tools and resources over MCP.

    A failure the caller can act on is a result with `isError`; an unknown tool is a protocol
    error, as the specification has it; a bug reaches the client as an internal error.
    """
    began = time.perf_counter()
    tools = [*map(WireTool.model_validate, listed(dispatcher.tools))]
    published = ListToolsResult(tools=tools)
    schemas = {tool.name: tool.input_schema for tool in published.tools}
    dispatcher.metrics.tools_list.record(time.perf_counter() - began)

    async def list_tools(
        context: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return published

    async def call_tool(
        context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> dict[str, Any]:
        if params.name not in dispatcher.names:
            known = ", ".join(dispatcher.names)
            raise MCPError(INVALID_PARAMS, f"No tool {params.name[:100]!r}; there are: {known}.")
        with _bugs_kept(params.name):
            if context.request is None:
                async with following(context.session.report_progress):
                    reply = await dispatcher.call(params.name, params.arguments or {})
            else:  # Over HTTP an answer is one JSON object: nothing can come before it.
                reply = await dispatcher.call(params.name, params.arguments or {})
        return wire_result(reply) | COMPLETE

    server = Server[Any](
        SERVER_INFO["name"],
        version=SERVER_INFO["version"],
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,  # type: ignore[arg-type]  # a wire dict is taken too, and cheaper
        # Without it the SDK asks for the whole list before each call over HTTP.
        get_tool_input_schema=schemas.get,
        **_on_resources(Resources(dispatcher)),
    )
    server.middleware.clear()  # Its one default entry opens a tracing span that nobody reads.
    return server


def _on_resources(resources: Resources) -> dict[str, Any]:
    """Return the handlers of the server that are about resources."""

    async def list_resources(
        context: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> dict[str, Any]:
        return {"resources": RESOURCES} | UNCACHED | COMPLETE

    async def list_templates(
        context: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> dict[str, Any]:
        return {"resourceTemplates": resources.templates} | UNCACHED | COMPLETE

    async def read(
        context: ServerRequestContext[Any], params: ReadResourceRequestParams
    ) -> dict[str, Any]:
        try:
            with _bugs_kept("resources/read"):
                contents = await resources.read(params.uri)
        except Unreadable as why:
            raise MCPError(INTERNAL_ERROR, str(why), {"uri": params.uri}) from why
        if contents is None:
            is_modern = context.protocol_version in MODERN_VERSIONS
            raise MCPError(*unknown_resource(params.uri, is_modern=is_modern))
        return {"contents": contents} | UNCACHED | COMPLETE

    return {
        "on_list_resources": list_resources,
        "on_list_resource_templates": list_templates,
        "on_read_resource": read,
    }


@contextmanager
def _bugs_kept(what: str) -> Iterator[None]:
    """Answer a bug of ours as an internal error, and keep its text.

    The one broad handler. In the handshake era the SDK would send the text of the exception,
    which may hold what nobody was to see.
    """
    try:
        yield
    except Unreadable:
        raise
    except Exception as bug:
        log.exception("a bug in %s", what)
        raise MCPError(INTERNAL_ERROR, "Internal server error; the log has the cause.") from bug
