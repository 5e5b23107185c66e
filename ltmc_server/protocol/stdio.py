"""MCP over stdin and stdout, on the SDK's transport."""

import sys
from types import TracebackType
from typing import Any, Self

from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared._stream_protocols import ReadStream, WriteStream
from mcp.shared.message import SessionMessage
from mcp.types import PARSE_ERROR, ErrorData, JSONRPCError


async def serve_stdio(server: Server[Any]) -> None:
    """Answer one client on stdin and stdout until it closes stdin."""
    async with stdio_server() as (incoming, outgoing):
        answering = AnsweringReads(incoming, outgoing)
        try:
            await server.run(answering, outgoing, server.create_initialization_options())
        finally:
            # While stdout still leads to stderr: what a tool printed and Python held back would
            # otherwise reach the client at the end.
            sys.stdout.flush()


class AnsweringReads:
    """A read stream that answers what is no JSON-RPC message and passes on the rest.

    The SDK drops such a line without a word, so its sender would wait for ever.
    """

    def __init__(
        self,
        incoming: ReadStream[SessionMessage | Exception],
        outgoing: WriteStream[SessionMessage],
    ) -> None:
        self.incoming = incoming
        self.outgoing = outgoing

    @property
    def last_context(self) -> object:
        """The sender's context variables, which the SDK reads off its own streams."""
        return getattr(self.incoming, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        while True:
            item = await self.incoming.receive()
            if not isinstance(item, Exception):
                return item
            await self.outgoing.send(SessionMessage(NOT_A_MESSAGE))

    async def aclose(self) -> None:
        await self.incoming.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        while True:
            item = await self.incoming.__anext__()
            if not isinstance(item, Exception):
                return item
            await self.outgoing.send(SessionMessage(NOT_A_MESSAGE))

    async def __aenter__(self) -> Self:
        await self.incoming.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool | None:
        return await self.incoming.__aexit__(exc_type, exc_val, exc_tb)


NOT_A_MESSAGE = JSONRPCError(
    jsonrpc="2.0",
    id=None,
    error=ErrorData(
        code=PARSE_ERROR,
        message="Not a JSON-RPC 2.0 message; send one JSON object a line, "
        'with "jsonrpc": "2.0" and a "method".',
    ),
)
