"""Our server, as MCP clients reach it: as a process over stdio or HTTP, or in memory.

The clients are light, so that the server is what is measured and not an SDK for clients; in memory
there is no other client than the SDK's own.
"""

import asyncio
import http.client
import json
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from select import select
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from benchmarks.client import SERVER, Client
from benchmarks.http_client import HttpClient, call_of, post
from benchmarks.letta.arms.arm import Arm, StepFailed
from benchmarks.letta.letta_http import API_KEY, TIMEOUT_S
from benchmarks.letta.steps import BLOCK, FOUND_MAX, LIST_MAX, Kind, Step

if TYPE_CHECKING:
    import mcp

Call: TypeAlias = tuple[str, dict[str, Any]]
"""A tool and its arguments."""

CALLS: Final[Mapping[Kind, Callable[[Step], Call]]] = {
    "health": lambda step: ("letta_health_check", {}),
    "list_agents": lambda step: ("letta_list_agents", {"tags": [step.text], "limit": LIST_MAX}),
    "get_agent": lambda step: ("letta_get_agent", {"agent_id": step.agent}),
    "read_memory": lambda step: ("letta_get_memory", {"agent_id": step.agent}),
    "write_memory": lambda step: (
        "letta_update_memory",
        {"agent_id": step.agent, "block_label": BLOCK, "value": step.text},
    ),
    "send": lambda step: ("letta_send_message", {"agent_id": step.agent, "message": step.text}),
    "list_tools": lambda step: ("letta_list_tools", {"limit": LIST_MAX}),
    "agent_tools": lambda step: ("letta_get_agent_tools", {"agent_id": step.agent}),
    # One call: its answer is the list that now holds the tool.
    "attach": lambda step: (
        "letta_attach_tool",
        {"agent_id": step.agent, "tool_id": step.tool},
    ),
    "insert": lambda step: ("letta_archival_insert", {"agent_id": step.agent, "text": step.text}),
    "search": lambda step: (
        "letta_search_memory",
        {"agent_id": step.agent, "query": step.text, "scope": "archival", "top_k": FOUND_MAX},
    ),
}


def settings(url: str, *, cache_s: float = 0) -> dict[str, str]:
    """Return the settings of a server that is measured: as they come, but for the retries."""
    return {
        "LTMC_LETTA_BASE_URL": url,
        "LTMC_LETTA_API_KEY": API_KEY,
        "LTMC_LETTA_RETRIES": "0",
        "LTMC_LETTA_TIMEOUT_S": str(TIMEOUT_S),
        "LTMC_LETTA_CACHE_S": str(cache_s),
    }


class McpArm(Arm):
    """A server of `letta_*` tools."""

    def call_of(self, step: Step) -> Call:
        """Return which tool takes the step."""
        return CALLS[step.kind](step)

    def batch_of(self, steps: Sequence[Step]) -> Call | None:
        """Return the one call that takes all steps, where there is such a tool."""
        calls = [{"tool": tool, "arguments": given} for tool, given in map(self.call_of, steps)]
        return "letta_batch", {"calls": calls, "parallel": True}

    def call(self, call: Call) -> object:
        """Call a tool; return its result, which may say that it failed."""
        raise NotImplementedError

    def take(self, step: Step) -> object:
        return checked(self.call(self.call_of(step)))

    def take_batch(self, steps: Sequence[Step]) -> list[object]:
        batch = self.batch_of(steps)
        return super().take_batch(steps) if batch is None else [checked(self.call(batch))]

    def said(self, answer: object) -> str:
        assert isinstance(answer, dict)
        content = answer.get("structuredContent") or answer.get("content")
        return json.dumps(content, ensure_ascii=False)


def result_of(message: Mapping[str, Any]) -> object:
    """Return the result in a response; of an error, its text, which is none."""
    return message["result"] if "result" in message else str(message.get("error"))


def checked(result: object) -> object:
    """Return a result that is none of failure: neither by the protocol nor by what it says."""
    if not isinstance(result, dict):
        raise StepFailed(str(result)[:300])
    said = result.get("structuredContent") or _content(result)
    if result.get("isError") or (isinstance(said, dict) and said.get("success") is False):
        raise StepFailed(json.dumps(said)[:300])
    return result


def _content(result: Mapping[str, Any]) -> object:
    text = "".join(block.get("text", "") for block in result.get("content", ()))
    try:
        return json.loads(text)
    except ValueError:
        return text


class McpStdio(McpArm):
    """A server process over pipes; side by side means that questions do not wait for answers."""

    name: ClassVar[str] = "mcp_stdio"
    cache_s: ClassVar[float] = 0
    command: ClassVar[Sequence[str]] = SERVER

    def __init__(self, url: str) -> None:
        super().__init__()
        with ExitStack() as opening:
            folder = opening.enter_context(tempfile.TemporaryDirectory())
            self.client = opening.enter_context(
                Client(folder, self.started_with(), **self.settings(url))
            )
            self.client.initialize()
            self.opened = opening.pop_all()

    def started_with(self) -> Sequence[str]:
        """Return the command that starts it."""
        return self.command

    def settings(self, url: str) -> dict[str, str]:
        """Return the variables that it is started with."""
        return settings(url, cache_s=self.cache_s)

    @property
    def pid(self) -> int | None:
        return self.client.process.pid

    def call(self, call: Call) -> object:
        asked = self.ask(call)
        answered, result = self.answer()
        while answered != asked:  # of a question that failed before its answer was read
            answered, result = self.answer()
        return result

    def ask(self, call: Call) -> int:
        """Ask without waiting for the answer; return the id of the question."""
        tool, arguments = call
        return self.client.send("tools/call", {"name": tool, "arguments": arguments})

    def answer(self) -> tuple[int, object]:
        """Return the next answer: the id of its question, and its result."""
        while True:
            message = self.client.receive()
            if "id" in message and "method" not in message:
                return message["id"], result_of(message)

    def take_at_once(self, steps: Sequence[Step]) -> list[object]:
        asked = [self.ask(self.call_of(step)) for step in steps]
        answers = dict(self.answer() for _ in asked)
        return [checked(answers[id]) for id in asked]

    def said(self, answer: object) -> str:
        self.received += len(json.dumps(answer))
        return super().said(answer)

    def close(self) -> None:
        super().close()
        self.opened.close()


class McpStdioWarm(McpStdio):
    """The same with its cache of reads."""

    name: ClassVar[str] = "mcp_stdio_warm"
    cache_s: ClassVar[float] = 30


class McpHttp(McpArm):
    """A server process over HTTP; each thread that asks has a connection."""

    name: ClassVar[str] = "mcp_http"

    def __init__(self, url: str) -> None:
        super().__init__()
        self.connections: list[http.client.HTTPConnection] = []
        self.own = threading.local()
        with ExitStack() as opening:
            folder = opening.enter_context(tempfile.TemporaryDirectory())
            self.client = opening.enter_context(HttpClient(folder, **settings(url)))
            self.opened = opening.pop_all()

    @property
    def pid(self) -> int | None:
        return self.client.process.pid

    def call(self, call: Call) -> object:
        if not hasattr(self.own, "connection"):
            self.own.connection = self.client.connect()
            self.connections.append(self.own.connection)
        elif self.own.connection.sock and select([self.own.connection.sock], [], [], 0)[0]:
            # Nothing is under way, so what there is to read is the end: it was idle for too long.
            self.own.connection.close()
        try:
            body = post(self.own.connection, *call_of(*call, modern=False))
        except (OSError, http.client.HTTPException):
            self.own.connection.close()  # half a question may be on it
            raise
        self.received += len(body)
        return result_of(json.loads(body))

    def close(self) -> None:
        super().close()
        for connection in self.connections:
            connection.close()
        self.opened.close()


class McpMemory(McpArm):
    """A server in this process, and the client of the MCP SDK."""

    name: ClassVar[str] = "mcp_memory"
    every: ClassVar[int] = 3  # it decides nothing, and each turn costs

    def __init__(self, url: str) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.ready: asyncio.Future[mcp.Client] = self.loop.create_future()
        self.over = asyncio.Event()
        # One task opens and closes: what it enters may be left by no other.
        self.owner = self.loop.create_task(self._serve(url))
        done = asyncio.wait((self.owner, self.ready), return_when=asyncio.FIRST_COMPLETED)
        self.loop.run_until_complete(done)
        if self.owner.done():
            self.owner.result()
        self.client = self.ready.result()

    async def _serve(self, url: str) -> None:
        import mcp

        from ltmc_server.protocol.server import mcp_server
        from ltmc_server.server import open_dispatcher
        from ltmc_server.settings import Settings

        given = {name.removeprefix("LTMC_").lower(): value for name, value in settings(url).items()}
        with tempfile.TemporaryDirectory() as folder:
            chosen: dict[str, Any] = {"data_dir": folder, "project_id": "benchmark", **given}
            async with (
                open_dispatcher(Settings(embedding="hashing", **chosen)) as dispatcher,
                mcp.Client(mcp_server(dispatcher)) as client,
            ):
                self.ready.set_result(client)
                await self.over.wait()

    def call(self, call: Call) -> object:
        return self.loop.run_until_complete(self._call(call))

    def take_at_once(self, steps: Sequence[Step]) -> list[object]:
        return self.loop.run_until_complete(self._all(map(self.call_of, steps)))

    async def _all(self, calls: Iterable[Call]) -> list[object]:
        return [checked(one) for one in await asyncio.gather(*map(self._call, calls))]

    async def _call(self, call: Call) -> object:
        result = await self.client.call_tool(*call)
        return {
            "structuredContent": result.structured_content,
            "isError": result.is_error,
            "content": [{"text": getattr(block, "text", "")} for block in result.content],
        }

    def close(self) -> None:
        super().close()
        self.loop.call_soon(self.over.set)
        self.loop.run_until_complete(self.owner)
        self.loop.close()
