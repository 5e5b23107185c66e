"""How far a call has come reaches the client that asked, whole and in order, and nothing else."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any, Literal, TypeAlias

import anyio
import pytest
from mcp import Client, StdioServerParameters

from ltmc_server.observability.progress import report
from ltmc_server.protocol.progress import CHARS_MAX, LEFT_OUT, PAUSE_S, following
from ltmc_server.protocol.server import mcp_server
from tests.http_server import HttpServer
from tests.progress_program import dispatcher
from tests.waiting import until
from tests.wire import HELLO, Message, Wire

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
Told: TypeAlias = list[tuple[float, float | None, str | None]]
PROGRAM = (sys.executable, str(ROOT / "tests/progress_program.py"))
over_each_transport = pytest.mark.parametrize(
    ("transport", "mode"),
    [
        (transport, mode)
        for transport in ("memory", "stdio", "sdk-stdio")
        for mode in ("auto", "legacy")
    ],
)
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


@asynccontextmanager
async def connect(transport: str, mode: Literal["auto", "legacy"]) -> AsyncIterator[Client]:
    """Return a client of the program."""
    if transport == "memory":
        async with Client(mcp_server(dispatcher()), mode=mode) as client:
            yield client
        return
    command = StdioServerParameters(
        command=sys.executable,
        args=[PROGRAM[1], transport],
        env={"PYTHONPATH": str(ROOT)},
    )
    async with Client(command, mode=mode) as client:
        yield client


async def told(client: Client, name: str, **arguments: object) -> Told:
    """Call a tool; return what was told of it."""
    heard: Told = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    result = await client.call_tool(name, arguments, progress_callback=hear)
    assert not result.is_error, result
    return heard


def text_of(heard: Told) -> str:
    return "".join(message or "" for _, _, message in heard)


@over_each_transport
async def test_a_text_comes_whole_and_in_order(
    transport: str, mode: Literal["auto", "legacy"]
) -> None:
    async with connect(transport, mode) as client:
        began = monotonic()
        heard = await told(client, "tell_say", text="tea 🍵", times=500)
        took = monotonic() - began

    assert text_of(heard) == "".join(f"{number}:tea 🍵\n" for number in range(500))
    assert all(before[0] < after[0] for before, after in pairwise(heard))
    assert heard[-1][0] == 499
    assert len(heard) <= took / PAUSE_S + 2


@over_each_transport
async def test_the_last_count_is_always_told(
    transport: str, mode: Literal["auto", "legacy"]
) -> None:
    async with connect(transport, mode) as client:
        counted = await told(client, "tell_count", of=40)
        thought = await told(client, "tell_think", of=40)

    assert counted[-1] == (40, 40, None)
    assert thought[-1][:2] == (40, 40)
    assert text_of(thought) == "".join(f"{done} " for done in range(1, 41))


async def test_progress_increases_though_nothing_came_further() -> None:
    async with connect("stdio", "auto") as client:
        heard = await told(client, "tell_repeat", text="tea")

    assert text_of(heard) == "tea"
    assert all(before[0] < after[0] for before, after in pairwise(heard))


@contextmanager
def wire(transport: str, folder: Path) -> Iterator[Wire]:
    with Wire.open(
        folder,
        command=(*PROGRAM, transport),
        greet=False,
        settings={"PYTHONPATH": str(ROOT)},
    ) as opened:
        yield opened


def ask(wire: Wire, name: str, token: object, meta: Message, **arguments: object) -> list[Message]:
    """Call a tool; return all that comes up to the answer, which is the last."""
    params: Message = {"name": name, "arguments": arguments, "_meta": meta}
    if token is not None:
        params["_meta"] = meta | {"progressToken": token}
    id = wire.start("tools/call", params)
    heard = [wire.read()]
    while heard[-1].get("id") != id:
        heard.append(wire.read())
    return heard


def joined(heard: list[Message]) -> list[Any]:
    """Return what does not hang on how fast it was read: all texts together, and the last."""
    *told, answer = heard
    text = "".join(each["params"].pop("message", "") for each in told)
    return [text, told[-1], answer]


@pytest.mark.parametrize("meta", [{}, MODERN], ids=["handshake", "modern"])
def test_what_is_told_is_what_the_sdk_tells(meta: Message, tmp_path: Path) -> None:
    with wire("stdio", tmp_path) as ours, wire("sdk-stdio", tmp_path) as sdk:
        for each in (ours, sdk):
            if not meta:
                each.ask("initialize", HELLO)
                each.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        for name, arguments in (("tell_say", {"text": "x", "times": 9}), ("tell_count", {"of": 3})):
            for token in (7, "seven", 0):
                answers = [ask(each, name, token, meta, **arguments) for each in (ours, sdk)]
                assert joined(answers[0]) == joined(answers[1])


@pytest.mark.parametrize("token", [None, True, 1.5, [], {}])
def test_who_asks_for_nothing_is_told_nothing(token: object, tmp_path: Path) -> None:
    with wire("stdio", tmp_path) as opened:
        opened.greet()
        [answer] = ask(opened, "tell_say", token, {}, text="tea", times=3)

    assert answer["result"]["structuredContent"] == {"followed": False}


@pytest.mark.parametrize("transport", ["stdio", "sdk-stdio"])
def test_nothing_is_told_after_the_answer(transport: str, tmp_path: Path) -> None:
    with wire(transport, tmp_path) as opened:
        opened.greet()
        assert len(ask(opened, "tell_leave", 7, {}, text="late")) == 1
        # Slower than what is late.
        heard = ask(opened, "tell_repeat", 8, {}, text="tea")

    assert {each["params"]["progressToken"] for each in heard[:-1]} == {8}


@pytest.mark.parametrize("transport", ["stdio", "sdk-stdio"])
def test_nothing_is_told_of_a_call_that_was_cancelled(transport: str, tmp_path: Path) -> None:
    with wire(transport, tmp_path) as opened:
        opened.greet()
        params = {"name": "tell_hang", "arguments": {"text": "a"}, "_meta": {"progressToken": 7}}
        id = opened.start("tools/call", params)
        assert opened.read()["params"]["message"] == "a"
        cancel = {"method": "notifications/cancelled", "params": {"requestId": id}}
        opened.send({"jsonrpc": "2.0", **cancel})
        heard = ask(opened, "tell_repeat", 8, {}, text="tea")

    assert {each["params"]["progressToken"] for each in heard[:-1]} == {8}


async def test_what_a_client_does_not_read_is_put_together(tmp_path: Path) -> None:
    mark = tmp_path / "all is said"
    with wire("stdio", tmp_path) as opened:
        opened.greet()
        arguments = {"chars": 100_000, "times": 8, "mark": str(mark)}
        params = {"name": "tell_pour", "arguments": arguments, "_meta": {"progressToken": 7}}
        id = opened.start("tools/call", params)
        await until(mark.exists)
        heard = [opened.read()]
        while heard[-1].get("id") != id:
            heard.append(opened.read())
    *some, last = [each["params"] for each in heard[:-1]]

    # One filled the pipe, one the buffer before it, one was on its way.
    assert len(some) <= 3
    assert last["progress"] == 7
    text = "".join(each["message"] for each in (*some, last))
    assert text == "".join(f"{number}" + "x" * 100_000 for number in range(8))


async def test_a_text_that_nobody_reads_is_bounded_and_what_is_left_out_is_counted() -> None:
    heard: Told = []
    reads = anyio.Event()

    async def send(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))
        await reads.wait()

    async with following(send):
        report(1, None, "begun")
        await until(lambda: bool(heard))
        for number in range(2, 5):
            report(number, None, "x" * 400_000)
        reads.set()

    [_, (progress, _, message)] = heard
    assert progress == 4
    assert message == "x" * CHARS_MAX + LEFT_OUT.format(200_000)


async def test_a_number_that_is_none_is_not_told() -> None:
    heard: Told = []

    async def send(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with following(send):
        report(float("nan"), float("inf"), "tea")

    assert heard == [(0, None, "tea")]


async def test_over_http_the_answer_comes_alone(tmp_path: Path) -> None:
    heard: Told = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    with HttpServer.open(tmp_path, LTMC_LETTA_BASE_URL="http://127.0.0.1:9") as server:
        async with Client(server.url) as client:
            with anyio.fail_after(20):
                await client.call_tool("todo_action", {"action": "list"}, progress_callback=hear)

    assert heard == []
