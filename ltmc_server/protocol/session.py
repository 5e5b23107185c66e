"""What an MCP server says to one client, method by method, without the SDK.

Importing the SDK takes longer than all else that a start does, and its way of a call costs ten
times what the call does. A server of tools and resources needs nine methods of the protocol. They
are held to the SDK's answers, word for word, by `tests/protocol/test_session.py`.

A connection speaks one of two eras, decided by its first request: that of the handshake
(`initialize`, revisions to 2025-11-25), or that of 2026-07-28, in which every request carries
an envelope in `_meta` and there is no handshake.

What no tool and no store is needed for is answered here, also while the server is being opened;
the rest waits for that and then goes to `serving.py`.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import orjson

from ltmc_server.protocol.messages import (
    CAPABILITIES,
    INSTRUCTIONS,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    RESOURCES,
    SERVER_INFO,
    TEMPLATES,
    UNCACHED,
    UNSUPPORTED_VERSION,
    Notify,
    Object,
    ProtocolError,
    bug,
    invalid,
)
from ltmc_server.protocol.opening import Opening

if TYPE_CHECKING:
    from ltmc_server.dispatch import Dispatcher
    from ltmc_server.protocol.serving import Serving

log = logging.getLogger(__name__)

Era: TypeAlias = Literal["handshake", "modern"]

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


class Session:
    """One client's connection."""

    def __init__(
        self,
        dispatcher: "Dispatcher | Opening",
        *,
        era: Era | None = None,
        is_initialized: bool = False,
    ) -> None:
        self.opening = dispatcher if isinstance(dispatcher, Opening) else None
        self.dispatcher = None if isinstance(dispatcher, Opening) else dispatcher
        self.era = era
        self.is_initialized = is_initialized
        self.notify: Notify | None = None
        """The way to the client beside answers, if there is one."""
        self._serving: Serving | None = None

    @property
    def is_open(self) -> bool:
        """Whether there are tools and stores, or else there never will be."""
        return self.opening is None or self.opening.dispatcher.done()

    async def answer(self, method: str, params: Mapping[str, Any] | None) -> Object:
        """Return the result of a request.

        Raises:
            ProtocolError: it is not one that this server answers, or not in this way, or a bug
                of ours kept it from being answered, or the server can not be opened.
        """
        try:
            return await self._answer(method, params or {})
        except ProtocolError:
            raise
        except Exception as error:
            # The one broad handler: whoever asked is told, and not what the bug's text holds.
            log.exception("a bug in answering %s", method)
            raise bug() from error

    async def _answer(self, method: str, given: Mapping[str, Any]) -> Object:
        if self.era is None:
            is_modern = method != "initialize" and _has_envelope(given)
            self.era = "modern" if is_modern else "handshake"
            if self.opening is not None:
                self.opening.asked.set()
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
            raise invalid()
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
                serving = self._serving or await self._opened()
                return await serving.call(params, self.notify)
            case "tools/list":
                return {"tools": await self._tools()}
            case "resources/list":
                return {"resources": RESOURCES}
            case "resources/templates/list":
                return {"resourceTemplates": await self._templates()}
            case "resources/read":
                serving = self._serving or await self._opened()
                return await serving.read(params, is_modern=self.era == "modern")
        return None

    async def _opened(self) -> "Serving":
        """Return what tools and stores are asked by, once there are any."""
        dispatcher = self.dispatcher
        if dispatcher is None:
            assert self.opening
            # A request that is cancelled leaves it to the others.
            dispatcher = await asyncio.shield(self.opening.dispatcher)
        # Not at the top: it imports what the first answers do not need.
        from ltmc_server.protocol.serving import Serving

        self._serving = self._serving or Serving(dispatcher)
        return self._serving

    async def _tools(self) -> orjson.Fragment:
        if self.opening is not None and self._serving is None:
            # There before the stores are.
            return orjson.Fragment(await asyncio.shield(self.opening.tools))
        return (self._serving or await self._opened()).tools()

    async def _templates(self) -> list[Object]:
        if self.opening is not None:
            return TEMPLATES  # Who opens a server gives it a memory.
        return (self._serving or await self._opened()).resources.templates

    def _initialize(self, params: Mapping[str, Any]) -> Object:
        wanted, client = params.get("protocolVersion"), params.get("clientInfo")
        capabilities = params.get("capabilities")
        if not (isinstance(wanted, str) and _is_implementation(client)):
            raise invalid()
        if not isinstance(capabilities, Mapping):
            raise invalid()
        self.is_initialized = True
        return {
            "capabilities": CAPABILITIES,
            "instructions": INSTRUCTIONS,
            "protocolVersion": wanted if wanted in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1],
            "serverInfo": SERVER_INFO,
        }


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
