"""What happens when many ask at once?"""

import tempfile
import threading
import time
from contextlib import ExitStack
from typing import ClassVar

from benchmarks.client import Client
from benchmarks.marks import Samples, samples, unit
from benchmarks.workload import queries, texts

CALLS = 200
"""In all, whatever the number of clients: the same work, shared."""

ROUNDS = 3


class OneServer:
    """200 calls, half stores and half retrievals, with so many always under way, over stdio.

    Asks:   does a server with many callers do the same work in the same time?
    Unit:   seconds for the 200 calls.
    Noise:  follows machine and disk; compare the numbers of callers within one run.
    """

    version = "1"
    timeout = 120
    param_names: ClassVar = ["clients"]
    params: ClassVar = [[1, 5, 10, 20]]

    @unit("seconds")
    def track_mixed_calls(self, clients: int) -> Samples:
        with tempfile.TemporaryDirectory() as folder, Client(folder) as server:
            server.initialize()
            _burst(server, clients)  # loads what is loaded late
            return samples([_burst(server, clients) for _ in range(ROUNDS)])


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


def _burst(server: Client, clients: int) -> float:
    """Make the calls with `clients` of them always unanswered; return the seconds it took."""
    questions, stored = queries(CALLS), list(texts(CALLS))
    began = time.perf_counter()
    for number in range(CALLS + clients):
        if number >= clients:
            assert not server.receive()["result"].get("isError")
        if number < CALLS:
            name, text = stored[number]
            write = {"action": "store", "file_name": name, "content": text}
            read = {"action": "retrieve", "query": questions[number]}
            arguments = write if number % 2 else read
            server.send("tools/call", {"name": "memory_action", "arguments": arguments})
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
