"""What an MCP server says to one client, method by method, without the SDK.

Importing the SDK takes longer than all else that a start does, and its way of a call costs ten
times what the call does. A server of tools and resources needs nine methods of the protocol. They
are held to the SDK's answers, word for word, by `tests/protocol/test_session.py`.

A connection speaks one of two eras, decided by its first request: that of the handshake
(`initialize`, revisions to 2025-11-25), or that of 2026-07-28, in which every request carries
an envelope in `_meta` and there is no handshake.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias

import orjson

from ltmc_server.dispatch import Dispatcher, Reply
from ltmc_server.protocol.progress import Token, following, token_of
from ltmc_server.protocol.resources import Resources, Unreadable, unknown_resource
from ltmc_server.protocol.wire import (
    CAPABILITIES,
    INSTRUCTIONS,
    INVALID_PARAMS,
    SERVER_INFO,
    UNCACHED,
    Object,
    wire_result,
    wire_tools,
)

log = logging.getLogger(__name__)

HANDSHAKE_VERSIONS: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""Oldest first; a client that asks for another one is offered the last."""
MODERN_VERSIONS: Final = ("2026-07-28",)

ENVELOPE: Final = "io.modelcontextprotocol/"
VERSION_KEY: Final = f"{ENVELOPE}protocolVersion"
REQUIRED_KEYS: Final = (VERSION_KEY, f"{ENVELOPE}clientCapabilities")
SERVER_KEY: Final = f"{ENVELOPE}serverInfo"

SERVED: Final = frozenset(
    {
        *("tools/list", "tools/call"),
        *("resources/list", "resources/templates/list", "resources/read"),
    }
)
"""What a client may ask once it has shaken hands."""

Notify: TypeAlias = Callable[[str, Object], Awaitable[None]]
"""Sends the client a notification: its method and parameters. Waits while the client takes none."""

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INTERNAL_ERROR: Final = -32603
UNSUPPORTED_VERSION: Final = -32022


class ProtocolError(Exception):
    """A JSON-RPC error: what was asked is no call of ours."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data

    def wire(self) -> Object:
        """Return the error as JSON-RPC has it."""
        said = {"code": self.code, "message": str(self)}
        return said if self.data is None else said | {"data": self.data}


@dataclass
class Session:
    """One client's connection."""

    dispatcher: Dispatcher
    era: Literal["handshake", "modern"] | None = None
    is_initialized: bool = field(default=False)

    notify: Notify | None = None
    """The way to the client beside answers, if there is one."""

    async def answer(self, method: str, params: Mapping[str, Any] | None) -> Object:
        """Return the result of a request.

        Raises:
            ProtocolError: it is not one that this server answers, or not in this way, or a bug
                of ours kept it from being answered.
        """
        try:
            return await self._answer(method, params or {})
        except ProtocolError:
            raise
        except Exception as bug:
            # The one broad handler: whoever asked is told, and not what the bug's text holds.
            log.exception("a bug in answering %s", method)
            message = "Internal server error; the log has the cause."
            raise ProtocolError(INTERNAL_ERROR, message) from bug

    async def _answer(self, method: str, given: Mapping[str, Any]) -> Object:
        if self.era is None:
            is_modern = method != "initialize" and _has_envelope(given)
            self.era = "modern" if is_modern else "handshake"
        if self.era == "modern":
            return await self._modern(method, given)
        return await self._handshake(method, given)

    async def _handshake(self, method: str, params: Mapping[str, Any]) -> Object:
        if method != "initialize" and _has_envelope(params):
            raise ProtocolError(
                INVALID_REQUEST,
                "this connection serves the handshake protocol era; "
                "requests carrying the 2026-07-28 envelope are not accepted on it",
            )
        match method:
            case "ping":
                return {}
            case "initialize":
                return self._initialize(params)
        served = await self._serve(method, params) if self.is_initialized else None
        if served is not None:
            return served
        if method in SERVED:
            raise _invalid()
        raise ProtocolError(METHOD_NOT_FOUND, "Method not found", method)

    async def _modern(self, method: str, params: Mapping[str, Any]) -> Object:
        _check_envelope(method, params)
        if method == "server/discover":
            result: Object | None = {
                "capabilities": CAPABILITIES,
                "instructions": INSTRUCTIONS,
                "supportedVersions": list(MODERN_VERSIONS),
            }
        else:
            result = await self._serve(method, params)
        if result is None:
            raise ProtocolError(METHOD_NOT_FOUND, "Method not found", method)
        if method != "tools/call":
            result |= UNCACHED
        return result | {"resultType": "complete", "_meta": {SERVER_KEY: SERVER_INFO}}

    async def _serve(self, method: str, params: Mapping[str, Any]) -> Object | None:
        """Answer what both eras ask alike, or return None: no such method."""
        match method:
            case "tools/call":
                return await self._call(params)
            case "tools/list":
                return {"tools": self._list()}
            case "resources/list":
                return {"resources": self._resources.listed}
            case "resources/templates/list":
                return {"resourceTemplates": self._resources.templates}
            case "resources/read":
                return await self._read(params)
        return None

    def _initialize(self, params: Mapping[str, Any]) -> Object:
        wanted, client = params.get("protocolVersion"), params.get("clientInfo")
        capabilities = params.get("capabilities")
        if not (isinstance(wanted, str) and _is_implementation(client)):
            raise _invalid()
        if not isinstance(capabilities, Mapping):
            raise _invalid()
        self.is_initialized = True
        return {
            "capabilities": CAPABILITIES,
            "instructions": INSTRUCTIONS,
            "protocolVersion": wanted if wanted in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1],
            "serverInfo": SERVER_INFO,
        }

    async def _call(self, params: Mapping[str, Any]) -> Object:
        name, arguments = params.get("name"), params.get("arguments")
        if not isinstance(name, str) or not isinstance(arguments, Mapping | None):
            raise _invalid()
        if name not in self.dispatcher.names:
            known = ", ".join(self.dispatcher.names)
            raise ProtocolError(INVALID_PARAMS, f"No tool {name[:100]!r}; there are: {known}.")
        token = token_of(params) if self.notify else None
        if token is None:
            reply = await self.dispatcher.call(name, arguments or {})
        else:
            reply = await self._followed(token, name, arguments or {})
        # What is JSON already is not written twice.
        return wire_result(reply) | {"structuredContent": orjson.Fragment(reply.text)}

    async def _followed(self, token: Token, name: str, arguments: Mapping[str, Any]) -> Reply:
        """Call a tool, and tell the client meanwhile how far that has come."""

        async def send(progress: float, total: float | None, message: str | None) -> None:
            said: Object = {"progressToken": token, "progress": progress}
            said |= {} if total is None else {"total": total}
            said |= {} if message is None else {"message": message}
            assert self.notify
            await self.notify("notifications/progress", said)

        async with following(send):
            return await self.dispatcher.call(name, arguments)

    async def _read(self, params: Mapping[str, Any]) -> Object:
        uri = params.get("uri")
        if not isinstance(uri, str):
            raise _invalid()
        try:
            contents = await self._resources.read(uri)
        except Unreadable as why:
            raise ProtocolError(INTERNAL_ERROR, str(why), {"uri": uri}) from why
        if contents is None:
            raise ProtocolError(*unknown_resource(uri, is_modern=self.era == "modern"))
        return {"contents": contents}

    def _list(self) -> orjson.Fragment:
        began = time.perf_counter()
        tools = self._tools
        self.dispatcher.metrics.tools_list.record(time.perf_counter() - began)
        return tools

    @cached_property
    def _resources(self) -> Resources:
        return Resources(self.dispatcher)

    @cached_property
    def _tools(self) -> orjson.Fragment:
        """The list of the tools, written once: it does not change while the server runs."""
        return orjson.Fragment(orjson.dumps(wire_tools(self.dispatcher.tools.values())))


def _check_envelope(method: str, params: Mapping[str, Any]) -> None:
    if method == "initialize":
        raise ProtocolError(
            UNSUPPORTED_VERSION,
            "connection is serving the 2026-07-28 protocol; "
            "the initialize handshake is not accepted",
            {"supported": list(MODERN_VERSIONS), "requested": params.get("protocolVersion")},
        )
    meta = params.get("_meta")
    if not isinstance(meta, Mapping):
        keys = " and ".join(map(repr, REQUIRED_KEYS))
        raise ProtocolError(
            INVALID_PARAMS,
            f"params._meta must be an object carrying the required {keys} envelope keys",
        )
    lacking = [key for key in REQUIRED_KEYS if key not in meta]
    if lacking:
        names = ", ".join(lacking)
        raise ProtocolError(
            INVALID_PARAMS, f"params._meta is missing the required envelope key(s): {names}"
        )
    if meta[VERSION_KEY] not in MODERN_VERSIONS:
        raise ProtocolError(
            UNSUPPORTED_VERSION,
            "Unsupported protocol version",
            {"supported": list(MODERN_VERSIONS), "requested": meta[VERSION_KEY]},
        )


def _has_envelope(params: Mapping[str, Any]) -> bool:
    meta = params.get("_meta")
    return isinstance(meta, Mapping) and VERSION_KEY in meta


def _is_implementation(client: object) -> bool:
    return (
        isinstance(client, Mapping)
        and isinstance(client.get("name"), str)
        and isinstance(client.get("version"), str)
    )


def _invalid() -> ProtocolError:
    return ProtocolError(INVALID_PARAMS, "Invalid request parameters", "")
