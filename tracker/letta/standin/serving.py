"""The stand-in as a server: on a socket of this machine, behind TLS and a long way if asked for."""

import asyncio
import contextlib
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tracker.letta.standin.app import Counted, made
from tracker.letta.standin.distance import Distance
from tracker.letta.standin.profiles import Profile

KEEP_ALIVE_S: Final = 75
"""As the real server is started for measurements."""
STOP_S: Final = 1
BACKLOG: Final = 512
HOST: Final = "127.0.0.1"


async def serve(profile: Profile, port: int, ca_file: Path | None, *, while_stdin: bool) -> None:
    """Serve until told to end, or until standard input ends if `while_stdin`.

    When it serves, it prints its address. `ca_file` is written: whom to trust in `wan`.
    """
    app = made(profile)
    config = uvicorn.Config(
        app,
        http=_protocol(app),
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        lifespan="off",
    )
    config.load()
    scheme = "http"
    if profile.encrypted:
        assert ca_file is not None
        config.ssl, scheme = _context(ca_file), "https"
    async with contextlib.AsyncExitStack() as stack:
        own = stack.enter_context(listening(0 if profile.round_trip_s else port))
        reached = own.getsockname()[1]
        if profile.round_trip_s:
            distance = Distance(reached, profile.round_trip_s)
            reached = await stack.enter_async_context(_between(distance, port))
        server = uvicorn.Server(config)
        if while_stdin:
            asyncio.get_running_loop().add_reader(sys.stdin, _ended, server)
        print(f"stand-in: {profile.name} on {scheme}://{HOST}:{reached}", flush=True)
        await server.serve([own])


def listening(port: int) -> socket.socket:
    """Return a socket that clients can connect to, on a port of this machine; 0 is a free one."""
    # With TCP named, not `create_server`: asyncio turns off the delay of small packets only on
    # sockets that say what they are, and answers would be 40 ms late.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    bound.listen(BACKLOG)
    return bound


def _ended(server: uvicorn.Server) -> None:
    # Whoever started this has died or wants no more of it.
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        server.should_exit = True


@contextlib.asynccontextmanager
async def _between(distance: Distance, port: int) -> AsyncIterator[int]:
    """Put a distance in front of the server; yield the port to connect to."""
    entrance = await asyncio.start_server(distance.carry, HOST, port)
    try:
        yield entrance.sockets[0].getsockname()[1]
    finally:
        entrance.close()
        distance.close()


def _context(ca_file: Path) -> ssl.SSLContext:
    """Make a certificate for this machine, signed by an authority that exists for this run only."""
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    return context


def _protocol(counted: Counted) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, which tells of each connection that is opened and closed."""

    class Connection(H11Protocol):
        def connection_made(self, transport: Any) -> None:  # noqa: ANN401  as uvicorn has it
            super().connection_made(transport)
            counted.fresh.add(self.client)

        def connection_lost(self, exc: Exception | None) -> None:
            counted.fresh.discard(self.client)
            super().connection_lost(exc)

    return Connection
