"""A server of one tool that tells how far it has come, on the pipes that it is started with."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from ltmc_server.actions import Tool, action
from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.metrics import Metrics
from ltmc_server.observability.progress import is_followed, report

Count = Annotated[int, Field(ge=0, description="How many.")]
Text = Annotated[str, Field(description="What to say each time.")]

_late: set[asyncio.Task[None]] = set()


@dataclass(frozen=True)
class TellTool(Tool):
    """Tells."""

    name: ClassVar[str] = "tell"
    is_flat: ClassVar[bool] = True

    @action("read")
    async def count(self, *, of: Count) -> dict[str, object]:
        """Count, and say of how many."""
        for done in range(1, of + 1):
            report(done, of)
            await asyncio.sleep(0)
        return {"counted": of}

    @action("read")
    async def say(self, *, text: Text, times: Count) -> dict[str, object]:
        """Say a text many times, numbered, in pieces."""
        for number in range(times):
            report(number, None, f"{number}:{text}\n")
            await asyncio.sleep(0)
        return {"followed": is_followed()}

    @action("read")
    async def repeat(self, *, text: Text) -> dict[str, object]:
        """Say a text without having come any further, slowly."""
        for piece in text:
            report(0, None, piece)
            await asyncio.sleep(0.06)
        return {}

    @action("read")
    async def pour(self, *, chars: Count, times: Count, mark: Text) -> dict[str, object]:
        """Say long texts slowly; make a file when all is said."""
        for number in range(times):
            report(number, None, f"{number}" + "x" * chars)
            await asyncio.sleep(0.06)
        await asyncio.to_thread(Path(mark).touch)
        return {}

    @action("read")
    async def hang(self, *, text: Text) -> dict[str, object]:
        """Say a text, and go on saying it when cancelled."""
        report(1, None, text)
        try:
            await asyncio.Event().wait()
        finally:
            report(2, None, "after the end")
        return {}

    @action("read")
    async def leave(self, *, text: Text) -> dict[str, object]:
        """Answer at once, and say a text when that is done."""

        async def late() -> None:
            await asyncio.sleep(0.1)
            report(9, None, text)

        task = asyncio.create_task(late())
        _late.add(task)
        task.add_done_callback(_late.discard)
        return {}

    @action("read")
    async def think(self, *, of: Count) -> dict[str, object]:
        """Count in a thread."""

        def work() -> None:
            for done in range(1, of + 1):
                report(done, of, f"{done} ")

        await asyncio.to_thread(work)
        return {}


def dispatcher() -> Dispatcher:
    """Return the tool, ready to be called."""
    return Dispatcher([TellTool()], metrics=Metrics(), response_bytes_max=2_000)


async def serve(transport: str) -> None:
    """Answer on stdin and stdout."""
    if transport == "sdk-stdio":
        from ltmc_server.protocol.server import mcp_server
        from ltmc_server.protocol.stdio import serve_stdio

        await serve_stdio(mcp_server(dispatcher()))
    else:
        from ltmc_server.protocol.pipes import serve_pipes
        from ltmc_server.protocol.session import Session

        await serve_pipes(Session(dispatcher()))


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
