"""What happens when many ask at once?"""

import json
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from typing import ClassVar

from benchmarks.client import Client
from benchmarks.http_client import HttpClient, call_of
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import queries, texts

CALLS = 200
"""In all, whatever the number of clients: the same work, shared."""

ROUNDS = 3
HTTP_ROUNDS = 2
WRITERS_ROUNDS = 2

CONNECTIONS = (1, 10, 50)

BURST = 50
BURSTS = 10

LISTED = {"action": "list", "limit": 1}


class OneServer:
    """200 calls, half stores and half retrievals, with so many always under way, over stdio.

    Asks:   does a server with many callers do the same work in the same time?
    Unit:   seconds for the 200 calls.
    Noise:  follows machine and disk; compare the numbers of callers within one run.
    """

    version = "1"
    timeout = 120
    param_names: ClassVar = ["clients"]
    params: ClassVar = [[1, 5, 10, 20, 50]]

    @unit("seconds")
    def track_mixed_calls(self, clients: int) -> Samples:
        with tempfile.TemporaryDirectory() as folder, Client(folder) as server:
            server.initialize()
            _burst(server, clients)  # loads what is loaded late
            return samples([_burst(server, clients) for _ in range(ROUNDS)])


class Stores:
    """50 stores sent at once, and then awaited, over stdio.

    Asks:   what does a store cost that shares its wait for the disk with others?
    Unit:   seconds for the 50 stores.
    Noise:  follows machine and disk; compare with `ManyServers` of one process.
    """

    version = "1"
    timeout = 120

    @unit("seconds")
    def track_burst(self) -> Samples:
        with tempfile.TemporaryDirectory() as folder, Client(folder) as server:
            server.initialize()
            _store_at_once([server], BURST, first=0)  # loads what is loaded late
            turns = range(1, 1 + BURSTS)
            return samples([_store_at_once([server], BURST, first=n * BURST) for n in turns])


class OverHttp:
    """200 calls, half stores and half retrievals, shared by so many connections.

    Asks:   does a server with many connections do the same work in the same time?
    Unit:   seconds for the 200 calls.
    Noise:  follows machine and disk; compare the numbers of connections within one run.
    """

    version = "1"
    timeout = 120
    param_names: ClassVar = ["connections"]
    params: ClassVar = [CONNECTIONS]

    def setup_cache(self) -> dict[int, list[float]]:
        with (
            suppress(NotImplementedError),
            tempfile.TemporaryDirectory() as folder,
            HttpClient(folder, LTMC_EMBEDDING="hashing") as server,
        ):
            return {count: _over_http(server, count) for count in CONNECTIONS}
        # This commit does not serve HTTP.
        return {}

    def setup(self, measured: dict[int, list[float]], connections: int) -> None:
        if connections not in measured:
            raise NotImplementedError("serve --http")

    @unit("seconds")
    def track_mixed_calls(self, measured: dict[int, list[float]], connections: int) -> Samples:
        return samples(measured[connections])


class ManyServers:
    """200 stores shared by so many server processes on one data folder.

    Asks:   do processes that wait for each other's commits lose time, or writes?
    Unit:   seconds for the 200 stores; each is acknowledged, or the benchmark fails.
    Noise:  follows the disk.
    """

    version = "1"
    timeout = 120
    param_names: ClassVar = ["processes"]
    params: ClassVar = [[1, 4]]

    @unit("seconds")
    def track_stores(self, processes: int) -> Samples:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            servers = [stack.enter_context(Client(folder)) for _ in range(processes)]
            for server in servers:
                server.initialize()
            _store_all(servers, first=1_000_000)
            return samples([_store_all(servers, first=turn * CALLS) for turn in range(ROUNDS)])


class ManyWriters:
    """200 stores to each of four server processes on one data folder, all sent at once.

    Asks:   do processes that write as fast as they can take turns, and lose nothing?
    Unit:   seconds for the 800 stores; each is acknowledged and there, or the benchmark fails.
    Noise:  follows the disk.
    """

    version = "1"
    timeout = 120

    @unit("seconds")
    def track_stores(self) -> Samples:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            servers = [stack.enter_context(Client(folder)) for _ in range(4)]
            for server in servers:
                server.initialize()
            _store_at_once(servers, 8, first=0)  # loads what is loaded late
            turns = range(1, 1 + WRITERS_ROUNDS)
            took = [_store_at_once(servers, 4 * CALLS, first=n * 4 * CALLS) for n in turns]
            servers[0].send("tools/call", {"name": "memory_action", "arguments": LISTED})
            total = servers[0].receive()["result"]["structuredContent"]["total"]
            assert total == 8 + WRITERS_ROUNDS * 4 * CALLS, total
            return samples(took)


def _burst(server: Client, clients: int) -> float:
    """Make the calls with `clients` of them always unanswered; return the seconds it took."""
    asked = _mixed()
    began = time.perf_counter()
    for number in range(CALLS + clients):
        if number >= clients:
            assert not server.receive()["result"].get("isError")
        if number < CALLS:
            server.send("tools/call", {"name": "memory_action", "arguments": asked[number]})
    return time.perf_counter() - began


def _store_all(servers: list[Client], *, first: int) -> float:
    """Share the stores among the servers, all at once; return the seconds it took."""
    shares = [
        list(texts(CALLS // len(servers), first=first + n * CALLS)) for n in range(len(servers))
    ]
    failures: list[Exception] = []

    def work(server: Client, share: list[tuple[str, str]]) -> None:
        try:
            for name, text in share:
                server.call("memory_action", action="store", file_name=name, content=text)
        except Exception as error:  # noqa: BLE001  raised below, in the thread that asv sees
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(servers, shares, strict=True)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failures:
        raise failures[0]
    return took


def _store_at_once(servers: Sequence[Client], count: int, *, first: int) -> float:
    """Send stores to the servers in turn, await all answers; return the seconds it took."""
    stored = list(texts(count, first=first))
    began = time.perf_counter()
    for number, (name, text) in enumerate(stored):
        arguments = {"action": "store", "file_name": name, "content": text}
        asked = {"name": "memory_action", "arguments": arguments}
        servers[number % len(servers)].send("tools/call", asked)
    for number in range(count):
        answer = servers[number % len(servers)].receive()
        assert not answer["result"].get("isError"), str(answer)[:500]
    return time.perf_counter() - began


def _over_http(server: HttpClient, connections: int) -> list[float]:
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(server.connect())) for _ in range(connections)]
        _burst_over(opened)  # loads what is loaded late
        return [_burst_over(opened) for _ in range(HTTP_ROUNDS)]


def _burst_over(connections: Sequence[HTTPConnection]) -> float:
    """Make the calls, one always unanswered on each connection; return the seconds it took."""
    asked = [call_of("memory_action", arguments, modern=False) for arguments in _mixed()]
    began = time.perf_counter()
    for number in range(CALLS + len(connections)):
        connection = connections[number % len(connections)]
        if number >= len(connections):
            answer = json.loads(connection.getresponse().read())
            assert not answer["result"].get("isError"), str(answer)[:500]
        if number < CALLS:
            body, headers = asked[number]
            connection.request("POST", "/mcp", body, headers)
    return time.perf_counter() - began


def _mixed() -> list[dict[str, object]]:
    """Return the calls: stores and retrievals in turn."""
    questions, stored = queries(CALLS), texts(CALLS)
    return [
        {"action": "store", "file_name": name, "content": text}
        if number % 2
        else {"action": "retrieve", "query": questions[number]}
        for number, (name, text) in enumerate(stored)
    ]
