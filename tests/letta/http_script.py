"""A server on this machine that answers with the bytes, or the misdeed, that a test asks for."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Came:
    """A request that came in."""

    verb: str
    target: str
    headers: dict[str, str]
    body: bytes


Step: TypeAlias = Callable[[Came, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Script:
    """What came in, and what is answered: the next of `steps`, and the last one from then on."""

    steps: list[Step]
    url: str = ""
    came: list[Came] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def verbs(self) -> list[str]:
        return [came.verb for came in self.came]

    async def never(self, came: Came, writer: asyncio.StreamWriter) -> None:
        """Answer when the test is over."""
        await self.ending.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        try:
            while not writer.is_closing():
                came = await read(reader)
                self.came.append(came)
                await self.steps[min(len(self.came), len(self.steps)) - 1](came, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client has ended it.
        finally:
            self.open_now -= 1
            writer.close()


async def read(reader: asyncio.StreamReader) -> Came:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    verb, target, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    return Came(verb, target, headers, body)


def raw(content: bytes, *, last: bool = False) -> Step:
    """Send these bytes; close the connection after the last ones."""

    async def step(came: Came, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        if last:
            await writer.drain()
            writer.close()

    return step


def http(content: bytes, status: int = 200, headers: Mapping[str, str] = NONE) -> bytes:
    """Return an answer; a `Content-Length` among the headers may promise more than there is."""
    told = {"Content-Length": str(len(content)), **headers}
    lines = "".join(f"{name}: {said}\r\n" for name, said in told.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + content


def answer(value: object, status: int = 200, **headers: str) -> Step:
    named = {name.replace("_", "-"): said for name, said in headers.items()}
    return raw(http(json.dumps(value).encode(), status, named))


def half(value: object = "much more") -> Step:
    """Break off in the middle of an answer."""
    content = json.dumps(value).encode()
    return raw(http(content, headers={"Content-Length": str(len(content) + 9)}), last=True)


async def reset(came: Came, writer: asyncio.StreamWriter) -> None:
    """Break off before any answer."""
    writer.transport.abort()


def held(released: asyncio.Event, then: Step) -> Step:
    """Answer when the test says so."""

    async def step(came: Came, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        await then(came, writer)

    return step


@asynccontextmanager
async def serving(*steps: Step) -> AsyncIterator[Script]:
    """Serve until the block ends; `steps` may be added to the script later."""
    script = Script(list(steps))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield script
    finally:
        script.ending.set()
        server.close()
        async with asyncio.timeout(5):
            while script.open_now:  # noqa: ASYNC110  a connection does not know that it is waited for
                await asyncio.sleep(0.005)
