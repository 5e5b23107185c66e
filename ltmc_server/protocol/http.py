"""MCP over HTTP, on the SDK: any number of clients, no sessions, so that replicas can share them.

Beside `/mcp` there are `/health`, for whatever keeps the server running, and `/metrics`, for
Prometheus.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import orjson
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import AddressUnusable, TokenRequired
from ltmc_server.observability.health import age_s
from ltmc_server.observability.prometheus import CONTENT_TYPE, exposition
from ltmc_server.protocol.guard import Guard, is_loopback, own_names
from ltmc_server.protocol.server import mcp_server
from ltmc_server.settings import Settings
from ltmc_server.threads import Turns

BODY_BYTES_MAX: Final = 16 * 2**20
"""As a line over stdio: a text of a million characters has room for escapes."""
CONNECTIONS_MAX: Final = 512
"""More are answered with 503; each has one request under way at most."""
SHUTDOWN_S: Final = 5
"""How long requests that were read may still take once a signal has come."""


@contextmanager
def listen(address: str, settings: Settings) -> Iterator[socket.socket]:
    """Take the address, before any store is opened.

    Raises:
        AddressUnusable: it is taken, or none of this machine.
        TokenRequired: other machines reach it, and there is no token that they would have to send.
    """
    host, port = _parsed(address)
    if not is_loopback(host) and settings.http_token is None:
        raise TokenRequired(host)
    # The protocol has to be named: of a socket made without, asyncio does not know that it is TCP,
    # leaves Nagle's algorithm on, and each answer takes 40 ms.
    tcp = {"type": socket.SOCK_STREAM, "proto": socket.IPPROTO_TCP}
    with ExitStack() as stack:
        try:
            *made, _, where = socket.getaddrinfo(host, port, **tcp)[0]
            taken = stack.enter_context(socket.socket(*made))
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(where)
            taken.listen(CONNECTIONS_MAX)
        except OSError as error:
            raise AddressUnusable(address, error.strerror or str(error)) from error
        yield taken


def _parsed(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressUnusable(address, str(error)) from error
    if not host or port is None or parts.netloc != address or parts.username is not None:
        raise AddressUnusable(address, "it is not HOST:PORT")
    return host, port


async def serve_http(dispatcher: Dispatcher, taken: socket.socket, settings: Settings) -> None:
    """Answer clients until SIGTERM or SIGINT; then answer what was read, for `SHUTDOWN_S`."""
    host, port = taken.getsockname()[:2]
    server = Server(
        uvicorn.Config(
            application(dispatcher, host, settings),
            access_log=False,
            limit_concurrency=CONNECTIONS_MAX,
            lifespan="on",
            log_config=None,  # ours has it already
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_S,
            ws="none",
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    dispatcher.metrics.start_s = age_s()
    shown = f"[{host}]" if ":" in host else host
    print(f"ltmc: serving http://{shown}:{port}/mcp", file=sys.stderr, flush=True)
    await server.serve([taken])


class Server(uvicorn.Server):
    """Uvicorn, but signals are the caller's.

    Uvicorn would raise a signal again once it has shut down, and so end the process before the
    stores are closed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """End in order; at the second time, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def application(dispatcher: Dispatcher, host: str, settings: Settings) -> ASGIApp:
    """Return what answers requests to a server that listens on `host`."""
    names = own_names(host, settings.http_hosts)
    scraping = Turns(1)

    async def health(request: Request) -> Response:
        states = {name: one for name, (one, _) in (await dispatcher.health.stores()).items()}
        status = dispatcher.health.status(states)
        body = orjson.dumps({"status": status, "stores": states})
        code = 503 if status == "unhealthy" else 200
        return Response(body, code, media_type="application/json")

    async def metrics(request: Request) -> Response:
        answers = await dispatcher.health.stores()
        # Some milliseconds of Python, so not on the event loop.
        text = await scraping.run(partial(exposition, dispatcher.health, answers))
        return Response(text, headers={"Content-Type": CONTENT_TYPE})

    app = mcp_server(dispatcher).streamable_http_app(
        json_response=True,
        stateless_http=True,
        max_request_body_size=BODY_BYTES_MAX,
        transport_security=names,
        custom_starlette_routes=[Route("/health", health), Route("/metrics", metrics)],
    )
    token = settings.http_token
    return Guard(app, names, token.get_secret_value() if token else None)
