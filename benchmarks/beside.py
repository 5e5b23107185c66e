"""What do calls cost beside others: short ones beside a long one, many beside each other?"""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import ClassVar, Final, TypeAlias, TypedDict

from benchmarks.client import Client
from benchmarks.in_process import Server, filled_folder
from benchmarks.marks import Samples, samples, unit
from benchmarks.tools.code_workspace import CODE
from benchmarks.workload import queries, texts

RECORDS: Final = 2_000
TODOS: Final = 200
FILES: Final = 100
IMPORTED: Final = 200
LONG_CHARS: Final = 900_000

TURNS: Final = 2
QUIET_CALLS: Final = 250
"""Before a long action and after it."""
BESIDE_CALLS: Final = 400
"""At the least; the long action is done again until there are so many."""
SECONDS_MAX: Final = 0.8
"""For one turn of one action; then the one that is under way is the last."""

CLIENTS: Final = 10
CALLS: Final = 200

SHORT: Final = {"name": "todo_action", "arguments": {"action": "list"}}
MOMENT: Final = "2026-01-31T12:00:00Z"

Arguments: TypeAlias = Mapping[str, object]
LongCall: TypeAlias = Callable[[Path, int], tuple[str, Arguments]]
"""Given the workspace, which it prepares, and a new number each time: tool and arguments."""


def _validate(workspace: Path, number: int) -> tuple[str, Arguments]:
    _write_code(workspace, number)
    asked = {"action": "validate_documentation_consistency", "paths": ["."]}
    return "documentation_action", asked


def _generate(workspace: Path, number: int) -> tuple[str, Arguments]:
    _write_code(workspace, number)
    asked = {"action": "generate_api_docs", "paths": ["."], "write_to": "api.md"}
    return "documentation_action", asked


def _export(workspace: Path, number: int) -> tuple[str, Arguments]:
    return "memory_action", {"action": "export", "path": "out.jsonl"}


def _import(workspace: Path, number: int) -> tuple[str, Arguments]:
    lines: list[dict[str, object]] = [{"format": "ltmc-memory", "version": 1}]
    for at, (name, text) in enumerate(texts(IMPORTED, first=RECORDS + number * IMPORTED)):
        made: dict[str, object] = {"id": f"mem_{number:020}{at:06}", "file_name": name}
        made |= {"resource_type": "note", "created_at": MOMENT, "updated_at": MOMENT}
        versions = [{"version": 1, "created_at": MOMENT, "content": text}]
        lines.append(made | {"versions": versions})
    (workspace / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return "memory_action", {"action": "import", "path": "in.jsonl"}


def _store(workspace: Path, number: int) -> tuple[str, Arguments]:
    joined = "\n".join(text for _, text in texts(LONG_CHARS // 500, first=number * LONG_CHARS))
    content = joined[:LONG_CHARS]
    return "memory_action", {"action": "store", "file_name": "long.md", "content": content}


def _link(workspace: Path, number: int) -> tuple[str, Arguments]:
    return "graph_action", {"action": "auto_link", "limit": 100, "offset": 100 * (number % 20)}


LONG: Final[Mapping[str, LongCall]] = {
    "documentation.validate": _validate,
    "documentation.generate": _generate,
    "memory.export": _export,
    "memory.import": _import,
    "memory.store": _store,
    "graph.auto_link": _link,
}
REEMBED: Final = "memory.reembed"
"""A job: its call is answered before it is done."""


class Measured(TypedDict):
    """What was measured, once for all benchmarks of the file."""

    p99_ratios: dict[str, list[float]]
    """By the long action; without those that this commit does not have."""
    throughput_ratios: list[float]


def setup_cache() -> Measured:
    """Measure everything, on copies of one data folder."""
    folder = filled_folder(RECORDS, todos=TODOS)
    ratios: dict[str, list[float]] = {}
    for action in (*LONG, REEMBED):
        with tempfile.TemporaryDirectory() as place, suppress(NotImplementedError):
            data, workspace = Path(place, "data"), Path(place, "workspace")
            shutil.copytree(folder, data)
            workspace.mkdir()
            ratios[action] = _ratios(data, workspace, action)
    return Measured(p99_ratios=ratios, throughput_ratios=_throughput(folder))


class LongActions:
    """`todo_action list` over stdio, one after the other, while a long action is under way.

    Asks:   does a long action hold up short ones?
    Unit:   the 99th percentile, over that of the same call with nothing beside it.
    Noise:  a percentile of some hundred calls; the ratio is of one run.
    """

    version = "1"
    timeout = 180
    param_names: ClassVar = ["action"]
    params: ClassVar = [[*LONG, REEMBED]]

    def setup(self, measured: Measured, action: str) -> None:
        if action not in measured["p99_ratios"]:
            raise NotImplementedError(action)

    @unit("× quiet")
    def track_p99(self, measured: Measured, action: str) -> Samples:
        return samples(measured["p99_ratios"][action])


class TenClients:
    """200 calls, half stores and half retrievals, ten always under way: over stdio, and in process.

    Asks:   how much of what the server can do is left when clients ask it?
    Unit:   calls a second over stdio, over those in one process without MCP.
    Noise:  the two take turns, so the ratio holds on a busy machine.
    """

    version = "1"
    timeout = 180

    @unit("× in process", less_is_better=False)
    def track_throughput(self, measured: Measured) -> Samples:
        return samples(measured["throughput_ratios"])


def _ratios(data: Path, workspace: Path, action: str) -> list[float]:
    """Return how much longer a short call takes beside an action, once a turn.

    Raises:
        NotImplementedError: this commit does not have it.
    """
    if action == REEMBED:
        # The folder was made by hashing: from there to the other embedder, and back.
        return [_moved(data, embedding) for embedding in ("static", "hashing")]
    with Client(str(data), LTMC_WORKSPACE_ROOTS=json.dumps([str(workspace)])) as server:
        _warm(server)
        tool, arguments = LONG[action](workspace, 0)
        server.call(tool, **arguments)
        return [_turn(server, workspace, action, turn) for turn in range(TURNS)]


def _moved(data: Path, embedding: str) -> float:
    with Client(str(data), LTMC_EMBEDDING=embedding) as server:
        _warm(server)
        quiet = _quiet(server, QUIET_CALLS)
        beside = _beside_job(server)
        quiet += _quiet(server, QUIET_CALLS)
    return _p99(beside) / _p99(quiet)


def _turn(server: Client, workspace: Path, action: str, turn: int) -> float:
    quiet = _quiet(server, QUIET_CALLS)
    beside: list[float] = []
    ends_s, numbers = time.perf_counter() + SECONDS_MAX, count(1 + 1_000 * turn)
    while len(beside) < BESIDE_CALLS and time.perf_counter() < ends_s:
        beside += _beside_call(server, *LONG[action](workspace, next(numbers)))
    quiet += _quiet(server, QUIET_CALLS)
    return _p99(beside) / _p99(quiet)


def _warm(server: Client) -> None:
    """Have loaded what is loaded late."""
    server.initialize()
    server.call("memory_action", action="retrieve", query=queries(1)[0])
    _quiet(server, 100)


def _quiet(server: Client, calls: int) -> list[float]:
    return [server.call("todo_action", action="list") for _ in range(calls)]


def _beside_call(server: Client, tool: str, arguments: Arguments) -> list[float]:
    """Return what short calls take until a long one is answered."""
    long = server.send("tools/call", {"name": tool, "arguments": arguments})
    took: list[float] = []
    is_over = False
    while not is_over:
        began = time.perf_counter()
        short = server.send("tools/call", SHORT)
        while (message := server.receive())["id"] != short:
            assert message["id"] == long
            assert not message["result"].get("isError"), str(message)[:500]
            is_over = True
        took.append(time.perf_counter() - began)
    return took


def _beside_job(server: Client) -> list[float]:
    """Return what short calls take until the record has moved to another embedder."""
    took: list[float] = []
    server.call("memory_action", action="reembed")
    while True:
        took += _quiet(server, 50)
        asked = {"name": "memory_action", "arguments": {"action": "reembed"}}
        server.send("tools/call", asked)
        if server.receive()["result"]["structuredContent"]["state"] == "up to date":
            return took


def _write_code(workspace: Path, number: int) -> None:
    """Write files that no server has read before."""
    for file in range(FILES):
        parts = (CODE.replace("{n}", f"{number + 1}{file:04}{part}") for part in range(4))
        (workspace / f"shelf{file}.py").write_text("".join(parts), "utf-8")


def _throughput(folder: str) -> list[float]:
    with tempfile.TemporaryDirectory() as place:
        ours, theirs = Path(place, "ours"), Path(place, "theirs")
        for copy in (ours, theirs):
            shutil.copytree(folder, copy)
        with Client(str(ours)) as client, Server(theirs) as server:
            client.initialize()
            ratios = []
            for turn in range(1 + 2 * TURNS):
                asked = _mixed(turn)
                # Turned around each time.
                if turn % 2:
                    ours_s, theirs_s = _over_stdio(client, asked), _in_process(server, asked)
                else:
                    theirs_s, ours_s = _in_process(server, asked), _over_stdio(client, asked)
                ratios.append(theirs_s / ours_s)
    return ratios[1:]  # The first loads what is loaded late.


def _mixed(turn: int) -> list[tuple[str, Arguments]]:
    questions, stored = queries(CALLS), list(texts(CALLS, first=RECORDS + turn * CALLS))
    return [
        ("memory_action", {"action": "store", "file_name": name, "content": text})
        if at % 2
        else ("memory_action", {"action": "retrieve", "query": questions[at]})
        for at, (name, text) in enumerate(stored)
    ]


def _over_stdio(client: Client, calls: list[tuple[str, Arguments]]) -> float:
    """Make calls, ten always unanswered; return the seconds it took."""
    began = time.perf_counter()
    for number in range(len(calls) + CLIENTS):
        if number >= CLIENTS:
            assert not client.receive()["result"].get("isError")
        if number < len(calls):
            tool, arguments = calls[number]
            client.send("tools/call", {"name": tool, "arguments": arguments})
    return time.perf_counter() - began


def _in_process(server: Server, calls: list[tuple[str, Arguments]]) -> float:
    """Make the same calls, as many at once, without a transport."""
    rest = iter(calls)

    async def client() -> None:
        for tool, arguments in rest:
            assert not (await server.dispatcher.call(tool, arguments)).is_error

    async def clients() -> None:
        await asyncio.gather(*(client() for _ in range(CLIENTS)))

    began = time.perf_counter()
    server.run(clients())
    return time.perf_counter() - began


def _p99(took: list[float]) -> float:
    return sorted(took)[len(took) * 99 // 100]
