"""Who may speak to the server over HTTP: its own names, its own pages, and those with the token."""

import hmac
import logging
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

import orjson
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ltmc_server.dataclass import dataclass

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
OPEN: Final = frozenset({"/health"})
"""What anyone may ask under any name: a load balancer knows the address only, and has no token."""

WRONG_HOST: Final = "This server has no such name; LTMC_HTTP_HOSTS lists the names it answers to."
WRONG_ORIGIN: Final = "Pages of this origin may not speak to this server; see LTMC_HTTP_HOSTS."
UNKNOWN_CALLER: Final = "Send the server's token: Authorization: Bearer, with LTMC_HTTP_TOKEN."
NO_STREAM: Final = "This server keeps no sessions and opens no streams: POST each request."

# It would log a line a refused request, as many as strangers like.
logging.getLogger("mcp.server.transport_security").setLevel(logging.ERROR)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches the address; of a name other than localhost, no."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_names(host: str, others: Sequence[str]) -> TransportSecuritySettings:
    """Return the names and origins that are ours, for the check against rebound DNS names."""
    bound = f"[{host}]" if ":" in host else host
    names = [*LOOPBACK, bound, *others]
    hosts = [each for name in names for each in (name, f"{name}:*")]
    return TransportSecuritySettings(
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{each}" for scheme in ("http", "https") for each in hosts],
    )


@dataclass(frozen=True)
class Guard:
    """Refuses a request before anything reads it."""

    app: ASGIApp
    names: TransportSecuritySettings
    token: str | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = await self._refusal(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    async def _refusal(self, request: Request) -> Response | None:
        if request.url.path in OPEN:
            return None
        refused = await TransportSecurityMiddleware(self.names).validate_request(request)
        if refused is not None:
            said = WRONG_HOST if refused.status_code == 421 else WRONG_ORIGIN
            return _refuse(refused.status_code, said)
        if self.token and not self._has_token(request):
            return _refuse(401, UNKNOWN_CALLER, {"WWW-Authenticate": "Bearer"})
        if request.url.path == "/mcp" and request.method != "POST":
            return _refuse(405, NO_STREAM, {"Allow": "POST"})
        return None

    def _has_token(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        # In constant time: how long the answer takes says nothing of how much was right.
        right = hmac.compare_digest(given.strip().encode(), (self.token or "").encode())
        return scheme.lower() == "bearer" and right


def _refuse(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    body = orjson.dumps({"error": why})
    return Response(body, status, {"Connection": "close"} | (headers or {}), "application/json")
