"""The stand-in as an ASGI app: requests in, golden answers out, each as late as its profile says.

- Every answer has `x-server-ms`: milliseconds from the request to the start of the answer.
- `GET /_counters` says how many requests came by method and route, and on how many connections; a
  connection counts from its first other request on, so that asking changes nothing. `server_ms` is
  the sum of all `x-server-ms`.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.letta.standin.agents import shown
from tracker.letta.standin.messages import Events
from tracker.letta.standin.profiles import Profile
from tracker.letta.standin.requests import Asked, Refused, check_ids
from tracker.letta.standin.routes import ROUTES, Handler
from tracker.letta.standin.state import Agent, State

BODY_BYTES_MAX: Final = 16 * 2**20
COUNTERS: Final = "/_counters"
NO_ROUTE: Final = "(no route)"
LISTS: Final = {"exclude_tool_types", "include", "names", "tags", "tool_types"}
"""Parameters of a query that may be given more than once."""


@dataclass(slots=True)
class Counted:
    """An ASGI app that counts what goes to another, and says how long it took."""

    app: ASGIApp
    requests: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    server_ms: float = 0.0
    """All that `x-server-ms` has said, together."""
    fresh: set[object] = field(default_factory=set)
    """Clients whose connection has not carried a request yet."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == COUNTERS:
            counted = {
                "requests": dict(sorted(self.requests.items())),
                "connections": self.connections,
                "server_ms": round(self.server_ms, 3),
            }
            await _json(counted)(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun_s = scope["begun_s"] = time.perf_counter()
        if (client := scope["client"]) in self.fresh:
            self.fresh.discard(client)
            self.connections += 1

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Before the answer is out: whoever has it and then asks finds it counted.
                # Starlette notes the route it chose in the scope it was given.
                route = getattr(scope.get("route"), "path", NO_ROUTE)
                self.requests[f"{scope['method']} {route}"] += 1
                took_ms = (time.perf_counter() - begun_s) * 1e3
                self.server_ms += took_ms
                headers = [*message.get("headers", ()), (b"x-server-ms", b"%.3f" % took_ms)]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, timed)


def made(profile: Profile) -> Counted:
    """Return a stand-in that has seen nothing yet."""
    state = State()
    routes = [
        Route(template, _endpoint(state, template, handler, profile), methods=[method])
        for method, template, handler in ROUTES
    ]
    return Counted(Starlette(routes=routes, exception_handlers={HTTPException: _refused}))


def _endpoint(
    state: State, template: str, handler: Handler, profile: Profile
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def answer(request: Request) -> Response:
        status: int = 200
        try:
            asked = await _asked(request)
            check_ids(asked.path)
            given = handler(state, asked)
        except Refused as refusal:
            status, given = refusal.status, refusal.body
        due_s = request.scope["begun_s"] + profile.delay_s(request.method, template)
        if isinstance(given, Events):
            return StreamingResponse(_events(given, due_s), media_type="text/event-stream")
        if isinstance(given, Agent):
            # Attaching says nothing to clients of version 1 where it is about tools.
            given = None if asked.modern and "/tools/" in template else shown(state, given)
        response = _json(given, status)
        await _until(due_s)
        return response

    return answer


async def _events(events: Events, due_s: float) -> AsyncIterator[bytes]:
    for event in events.at_once:
        yield b"data: " + orjson.dumps(event) + b"\n\n"
    await _until(due_s)
    for event in events.later:
        yield b"data: " + orjson.dumps(event) + b"\n\n"
    yield b"data: [DONE]\n\n"


async def _asked(request: Request) -> Asked:
    query: dict[str, str | list[str]] = dict(request.query_params)
    for name in LISTS & query.keys():
        query[name] = request.query_params.getlist(name)
    asked = Asked(request.path_params, query, modern=_is_modern(request))
    body = await _body(request)
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form() as form:
            fields = {
                name: await value.read() if isinstance(value, UploadFile) else value
                for name, value in form.items()
            }
        return replace(asked, form=fields)
    if not body:
        return replace(asked, body={})
    try:
        return replace(asked, body=orjson.loads(body))
    except orjson.JSONDecodeError as error:
        invalid = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error"}
        raise Refused(422, str([invalid]), trace_id="") from error


async def _body(request: Request) -> bytes:
    """Return the body, and leave it to be read again as a form."""
    pieces, length = [], 0
    async for piece in request.stream():
        pieces.append(piece)
        length += len(piece)
        if length > BODY_BYTES_MAX:
            raise Refused(413, f"The stand-in takes {BODY_BYTES_MAX} bytes at most.")
    request._body = b"".join(pieces)  # noqa: SLF001  where Starlette itself keeps it
    return request._body  # noqa: SLF001


def _is_modern(request: Request) -> bool:
    """Tell whether it comes from version 1 or later of the SDK, as the real server does."""
    version = request.headers.get("x-stainless-package-version", "")
    agent = request.headers.get("user-agent", "")
    if not version and agent.startswith("letta-client/"):
        version = agent.removeprefix("letta-client/")
    major = version.split(".", 1)[0]
    return major.isdigit() and int(major) >= 1


async def _until(due_s: float) -> None:
    if (left_s := due_s - time.perf_counter()) > 0:
        await asyncio.sleep(left_s)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json({"detail": error.detail}, error.status_code)


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
