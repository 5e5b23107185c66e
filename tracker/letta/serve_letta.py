"""Run by the Python of Letta's own environment: make the tables, then serve Letta on a socket.

The parent sets the environment and hands over the socket, so that no port is lost between choosing
it and the ten seconds later when Letta listens. In front of Letta's app is a counter:

- every answer gets `x-server-ms`: milliseconds from the request to the start of the answer;
- `GET /_counters` says how many requests came by method and route, and on how many connections.
  A connection counts from its first other request on, so that asking changes nothing.
  `server_ms` is the sum of all `x-server-ms`.
"""

import asyncio
import json
import socket
import sys
import time
import warnings
from collections import Counter
from typing import Any, Final

COUNTERS: Final = "/_counters"
KEEP_ALIVE_S: Final = 75
STOP_S: Final = 3
"""For requests under way when it is told to end."""

NO_ROUTE: Final = "(no route)"
"""Under which all requests count that Letta has no route for; their paths could be any number."""

SCHEMA: Final = (
    # The package has no migrations. These are what they do beyond the tables: without the sequence
    # no message can be stored, and an export reads the version.
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) PRIMARY KEY)",
    "CREATE SEQUENCE IF NOT EXISTS message_seq_id OWNED BY messages.sequence_id",
    "ALTER TABLE messages ALTER COLUMN sequence_id SET DEFAULT nextval('message_seq_id')",
)


class Counted:
    """An ASGI app that counts what goes to another, and says how long it took."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401  ASGI is callables of dictionaries
        self.app = app
        self.requests: Counter[str] = Counter()
        self.connections = 0
        self.server_ms = 0.0
        self.fresh: set[Any] = set()
        """Clients whose connection has not carried a request yet."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == COUNTERS:
            await self._tell(send)
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        begun_s = time.perf_counter()
        counted = False
        if (client := _key(scope["client"])) in self.fresh:
            self.fresh.discard(client)
            self.connections += 1

        async def timed(message: Any) -> None:  # noqa: ANN401
            nonlocal counted
            if message["type"] == "http.response.start" and not counted:
                # Before the answer is out: whoever has it and then asks finds it counted.
                counted = True
                self._count(scope)
                took_ms = (time.perf_counter() - begun_s) * 1e3
                self.server_ms += took_ms
                headers = [*message.get("headers", ()), (b"x-server-ms", b"%.3f" % took_ms)]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self.app(scope, receive, timed)
        finally:
            if not counted:
                self._count(scope)

    def _count(self, scope: Any) -> None:  # noqa: ANN401
        # FastAPI notes the route it chose in the scope it was given.
        self.requests[f"{scope['method']} {getattr(scope.get('route'), 'path', NO_ROUTE)}"] += 1

    async def _tell(self, send: Any) -> None:  # noqa: ANN401
        said = {
            "requests": dict(sorted(self.requests.items())),
            "connections": self.connections,
            "server_ms": round(self.server_ms, 3),
        }
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})


def _key(client: Any) -> tuple[str, int] | None:  # noqa: ANN401
    return (client[0], client[1]) if client else None


def _protocol(counted: Counted) -> type:
    """Return uvicorn's protocol, which tells of each connection that is opened and closed."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        def connection_made(self, transport: Any) -> None:  # noqa: ANN401
            counted.fresh.add(_key(transport.get_extra_info("peername")))
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            counted.fresh.discard(_key(self.client))
            super().connection_lost(error)

    return Connection


async def _make_tables() -> None:
    from letta.database_utils import get_database_uri_for_context
    from letta.orm import Base
    from letta.settings import settings
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    uri = get_database_uri_for_context(settings.letta_pg_uri, "async")
    engine = create_async_engine(uri, poolclass=NullPool)
    async with engine.begin() as database:
        await database.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        await database.run_sync(Base.metadata.create_all)
        for statement in SCHEMA:
            await database.execute(text(statement))
    await engine.dispose()


def main(descriptor: int) -> None:
    """Serve until told to end."""
    warnings.simplefilter("ignore")
    import uvicorn
    from letta.server.rest_api.app import app

    asyncio.run(_make_tables())
    counted = Counted(app)
    config = uvicorn.Config(
        counted,
        http=_protocol(counted),
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
