"""How much work is a call, counted where counting is exact?"""

import asyncio
import sys
import tracemalloc
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

import orjson

from benchmarks.in_process import Server, filled_folder, server_on_copy
from benchmarks.marks import unit

CALLS: dict[str, tuple[str, dict[str, object]]] = {
    "memory.store": (
        "memory_action",
        {"action": "store", "file_name": "new.md", "content": "One text of one passage."},
    ),
    "memory.retrieve": ("memory_action", {"action": "retrieve", "query": "lomi savo"}),
    "memory.get": ("memory_action", {"action": "get", "file_name": "notes/000001.md"}),
    "todo.add": ("todo_action", {"action": "add", "title": "water the plants"}),
    "todo.list": ("todo_action", {"action": "list"}),
    "chat.log": (
        "chat_action",
        {"action": "log", "conversation_id": "c", "role": "user", "content": "hello"},
    ),
    "pattern.extract_functions": (
        "pattern_action",
        {"action": "extract_functions", "source_code": "def f(a, b=1):\n    return a or b\n"},
    ),
    "cache.stats": ("cache_action", {"action": "stats"}),
}


def setup_cache() -> str:
    """Fill one data folder, for every benchmark of the file."""
    return filled_folder(100)


class OfOneCall:
    """The second call of an action, on 100 texts: what is loaded late is there by then.

    Asks:   did a call come to do more?
    Unit:   Python instructions, SQL statements and steps of SQLite's machine, writes to files,
            bytes of the result, bytes allocated at once.
    Noise:  none for statements, steps, writes and bytes of one lock file; next to none for
            instructions of one Python version; 4 % for the bytes allocated by cache.stats, whose
            answer holds times.
    """

    version = "1"
    param_names: ClassVar = ["call"]
    params: ClassVar = [list(CALLS)]

    def setup(self, folder: str, call: str) -> None:
        self.tool, self.arguments = CALLS[call]
        self.server: Server = server_on_copy(folder)
        self.result = self.server.call(self.tool, **self.arguments)
        # The second call is to find its answer, not to get that of the first.
        self.server.forget()

    @unit("instructions")
    def track_opcodes(self, folder: str, call: str) -> int:
        count = 0

        def trace(frame: FrameType, event: str, argument: object) -> Any:  # noqa: ANN401
            nonlocal count
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
            count += event == "opcode"
            return trace

        work = self.server.dispatcher.call(self.tool, self.arguments)
        sys.settrace(trace)
        try:
            self.server.run(work)
        finally:
            sys.settrace(None)
        return count

    @unit("statements")
    def track_sql(self, folder: str, call: str) -> int:
        import gc
        import sqlite3

        connections = [each for each in gc.get_objects() if isinstance(each, sqlite3.Connection)]
        statements: list[str] = []
        for connection in connections:
            connection.set_trace_callback(statements.append)
        self.server.call(self.tool, **self.arguments)
        for connection in connections:
            connection.set_trace_callback(None)
        return len(statements)

    @unit("steps")
    def track_vm_steps(self, folder: str, call: str) -> int:
        """Count what SQLite's virtual machine does: a lost index shows here, not in statements."""
        import gc
        import sqlite3

        self.server.embed_all()  # no thread is at the database from here on
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        for each in gc.get_objects():
            if isinstance(each, sqlite3.Connection):
                each.set_progress_handler(step, 1)
        self.server.call(self.tool, **self.arguments)
        return steps

    @unit("writes")
    def track_writes(self, folder: str, call: str) -> int:
        """Count the system calls that write to files, of all threads."""
        self.server.embed_all()
        before = _written()
        self.server.call(self.tool, **self.arguments)
        return _written() - before

    @unit("bytes")
    def track_result(self, folder: str, call: str) -> int:
        return len(orjson.dumps(self.result))

    @unit("bytes")
    def track_allocated(self, folder: str, call: str) -> int:
        tracemalloc.start()
        try:
            self.server.call(self.tool, **self.arguments)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


class OfTheProtocol:
    """What a client pays before it has asked anything.

    Asks:   how much of a model's context do the descriptions of the tools take?
    Unit:   tokens, as four bytes of JSON each.
    Noise:  none.
    """

    version = "1"

    @unit("tokens")
    def track_tools_list(self, folder: str) -> int:
        from mcp import Client

        from ltmc_server.protocol.server import mcp_server

        async def listed() -> int:
            server = server_on_copy(folder)
            async with Client(mcp_server(server.dispatcher)) as client:
                tools = (await client.list_tools()).tools
            wire = [
                tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools
            ]
            return len(orjson.dumps(wire)) // 4

        server_on_copy(folder)
        return asyncio.run(listed())


def _written() -> int:
    """Return how often this process has written so far; what it sends is not in it."""
    lines = Path("/proc/self/io").read_text("ascii").splitlines()
    [count] = [line.split()[1] for line in lines if line.startswith("syscw:")]
    return int(count)
