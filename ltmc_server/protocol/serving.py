"""What a client gets of an open server: calls, resources, and the list of its tools."""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import orjson

from ltmc_server.dispatch import Dispatcher, Reply
from ltmc_server.protocol.messages import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    Notify,
    Object,
    ProtocolError,
    invalid,
)
from ltmc_server.protocol.progress import Token, following, token_of
from ltmc_server.protocol.resources import Resources, Unreadable, unknown_resource
from ltmc_server.protocol.wire import listed, wire_result


class Serving:
    """The answers for which tools and stores are needed."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.resources = Resources(dispatcher)

    async def call(self, params: Mapping[str, Any], notify: Notify | None) -> Object:
        """Answer `tools/call`.

        Raises:
            ProtocolError: it is no call of a tool that there is.
        """
        name, arguments = params.get("name"), params.get("arguments")
        if not isinstance(name, str) or not isinstance(arguments, Mapping | None):
            raise invalid()
        if name not in self.dispatcher.names:
            known = ", ".join(self.dispatcher.names)
            raise ProtocolError(INVALID_PARAMS, f"No tool {name[:100]!r}; there are: {known}.")
        token = token_of(params) if notify else None
        if notify is None or token is None:
            reply = await self.dispatcher.call(name, arguments or {})
        else:
            reply = await self._followed(name, arguments or {}, token, notify)
        # What is JSON already is not written twice.
        return wire_result(reply) | {"structuredContent": orjson.Fragment(reply.text)}

    async def read(self, params: Mapping[str, Any], *, is_modern: bool) -> Object:
        """Answer `resources/read`.

        Raises:
            ProtocolError: there is no such resource, or it could not be read.
        """
        uri = params.get("uri")
        if not isinstance(uri, str):
            raise invalid()
        try:
            contents = await self.resources.read(uri)
        except Unreadable as why:
            raise ProtocolError(INTERNAL_ERROR, str(why), {"uri": uri}) from why
        if contents is None:
            raise ProtocolError(*unknown_resource(uri, is_modern=is_modern))
        return {"contents": contents}

    def tools(self) -> orjson.Fragment:
        """Return the list of the tools."""
        began = time.perf_counter()
        tools = self._tools
        self.dispatcher.metrics.tools_list.record(time.perf_counter() - began)
        return tools

    async def _followed(
        self, name: str, arguments: Mapping[str, Any], token: Token, notify: Notify
    ) -> Reply:
        """Call a tool, and tell the client meanwhile how far that has come."""

        async def send(progress: float, total: float | None, message: str | None) -> None:
            said: Object = {"progressToken": token, "progress": progress}
            said |= {} if total is None else {"total": total}
            said |= {} if message is None else {"message": message}
            await notify("notifications/progress", said)

        async with following(send):
            return await self.dispatcher.call(name, arguments)

    @cached_property
    def _tools(self) -> orjson.Fragment:
        """The list, written once: it does not change while the server runs."""
        return orjson.Fragment(orjson.dumps(listed(self.dispatcher.tools)))
