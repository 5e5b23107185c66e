"""A server in the process of the benchmark: everything but the transport."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeVar

from benchmarks.workload import links, texts

# asv forks each benchmark off a process that has imported this module: it pays for these once.
with suppress(ImportError):
    import ltmc_server.server

_T = TypeVar("_T")


class Server:
    """A dispatcher on a data folder, and the event loop that it lives on."""

    def __init__(
        self,
        folder: Path,
        durability: Literal["full", "normal"] = "full",
        embedding: str | None = "hashing",
    ) -> None:
        """Open a server.

        Args:
            folder: of its data.
            durability: whether each write waits for the disk.
            embedding: what makes vectors; None for what users get. Hashing takes next to no time,
                so what is measured is all the rest, as it was before there were models.

        Raises:
            NotImplementedError: this commit has no such embedder; asv then skips.
        """
        from ltmc_server.settings import Settings

        given: dict[str, Any] = {"data_dir": folder, "durability": durability}
        if "embedding" in Settings.model_fields:
            given |= {"embedding": embedding} if embedding else {}
        elif embedding not in (None, "hashing"):
            raise NotImplementedError(embedding)
        self.loop = asyncio.new_event_loop()
        settings = Settings(project_id="benchmark", **given)
        self.opened = ltmc_server.server.open_dispatcher(settings)
        self.dispatcher = self.run(self.opened.__aenter__())

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run to the end; costs some 10 µs over awaiting it."""
        return self.loop.run_until_complete(work)

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """Call an action and return its result.

        Raises:
            NotImplementedError: this commit has no such tool or action; asv then skips.
            RuntimeError: the call failed.
        """
        action = str(arguments["action"])
        self.require(tool, action)
        if getattr(self.dispatcher.tools[tool], "is_flat", False):
            del arguments["action"]
            tool = f"{tool}_{action}"
        reply = self.run(self.dispatcher.call(tool, arguments))
        if reply.is_error:
            raise RuntimeError(reply.payload)
        return reply.payload

    def held_up_s(self, tool: str, arguments: dict[str, Any]) -> float:
        """Return the longest time between two turns of the event loop during a call, in seconds."""

        async def longest() -> float:
            call = asyncio.ensure_future(self.dispatcher.call(tool, arguments))
            most, last = 0.0, time.perf_counter()
            while not call.done():
                await asyncio.sleep(0)
                most, last = max(most, time.perf_counter() - last), time.perf_counter()
            if call.result().is_error:
                raise RuntimeError(call.result().payload)
            return most

        return self.run(longest())

    def require(self, tool: str, action: str) -> None:
        """Raise NotImplementedError, which asv takes for "skip", if there is no such action."""
        if tool not in self.dispatcher.tools or action not in self.dispatcher.tools[tool].actions:
            raise NotImplementedError(f"{tool}.{action}")

    def embed_all(self) -> None:
        """Return when every text that is stored has its vectors."""
        question = {"action": "retrieve", "query": "anything", "top_k": 1}
        while "not_embedded" in self.call("memory_action", **question):
            pass

    def forget(self) -> None:
        """Drop what is cached, where this commit caches: the next question is then a new one."""
        actions = self.dispatcher.tools["cache_action"].actions
        if "flush" in actions:
            self.call("cache_action", action="flush", cache_type="queries")

    def close(self) -> None:
        """Close the stores and the loop."""
        self.run(self.opened.__aexit__(None, None, None))
        self.loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def filled_folder(
    records: int, *, conversations: int = 1, into: Path | None = None, **counts: int
) -> str:
    """Make a data folder with so many texts in the working directory, which asv clears away.

    What this commit has no tool for is left out; its benchmarks are skipped anyway.

    Args:
        records: how many texts.
        conversations: among how many the messages are.
        into: where the folder is made, if not in the working directory.
        counts: how many of each of `FILLERS`.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"filled-{records}-", dir=into or Path.cwd()))
    # Filling is not measured: no fsync for each of thousands.
    with Server(folder, durability="normal") as server:
        for file_name, content in texts(records):
            server.call("memory_action", action="store", file_name=file_name, content=content)
        for kind, count in counts.items():
            with suppress(NotImplementedError):
                FILLERS[kind](server, count, conversations)
    return str(folder)


def _add_todos(server: Server, count: int, conversations: int) -> None:
    for title, text in texts(count):
        server.call("todo_action", action="add", title=title, description=text)


def _log_messages(server: Server, count: int, conversations: int) -> None:
    for number, (_, text) in enumerate(texts(count)):
        server.call(
            "chat_action",
            action="log",
            conversation_id=f"c{number % conversations}",
            role="user",
            content=text,
            source_tool="benchmark",
        )


def _link(server: Server, count: int, conversations: int) -> None:
    for source, target, relation in links(count):
        server.call(
            "graph_action", action="link", source_id=source, target_id=target, relation=relation
        )


def _plan(server: Server, count: int, conversations: int) -> None:
    """Make blueprints, each of which needs two older ones."""
    ids: list[str] = []
    for number, (title, text) in enumerate(texts(count)):
        made = server.call("blueprint_action", action="create", title=title, description=text)
        ids.append(made["id"])
        for needed in {number // 2, number // 3} - {number}:
            server.call(
                "blueprint_action",
                action="add_dependency",
                dependent_blueprint_id=ids[number],
                prerequisite_blueprint_id=ids[needed],
            )


def _log_attempts(server: Server, count: int, conversations: int) -> None:
    for _, text in texts(count):
        server.call(
            "pattern_action",
            action="log_attempt",
            input_prompt=text[:120],
            generated_code=text,
            result="pass",
        )


FILLERS: dict[str, Callable[[Server, int, int], None]] = {
    "todos": _add_todos,
    "messages": _log_messages,
    "links": _link,
    "blueprints": _plan,
    "attempts": _log_attempts,
}


_servers: dict[str, Server] = {}


def server_on_copy(folder: str) -> Server:
    """Return this process's server on a copy of a folder; the same one at each call.

    asv runs `setup` before every timed call, so what is dear is done once.
    """
    if folder not in _servers:
        copy = tempfile.mkdtemp(prefix="copy-", dir=Path.cwd())
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        _servers[folder] = Server(Path(copy))
    return _servers[folder]


class ActionBenchmarks:
    """Base of classes whose `time_x` calls action x; asv skips those that a commit has not."""

    tool: ClassVar[str]
    server_of: ClassVar[Callable[[str], Server]] = server_on_copy
    """Returns the server that is asked, from what `setup_cache` gave."""

    def __init_subclass__(cls) -> None:
        for name, method in vars(cls).items():
            if name.startswith("time_"):
                # asv calls it after the class's own `setup`, with the same parameters.
                method.setup = _requirement(cls, name.removeprefix("time_"))


def _requirement(case: type[ActionBenchmarks], action: str) -> Callable[[str], None]:
    def require(folder: str) -> None:
        case.server_of(folder).require(case.tool, action)

    return require
