"""The same calls through the MCP SDK's own client, as a program that uses it would make them."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.peers.calls import accepted
from tracker.peers.connection import Call
from tracker.peers.contender import Contender
from tracker.peers.errors import PeerFailed
from tracker.peers.turns import CUT, Turns
from tracker.peers.workload import Workload

if TYPE_CHECKING:
    import mcp


def through(contender: Contender, turns: Turns, workload: Workload) -> None:
    """Store and ask in a new folder through `mcp.Client`.

    Raises:
        PeerFailed: the client or the server did not get along.
    """
    seconds = turns.until() - time.monotonic()
    try:
        asyncio.run(_through(contender, turns.plan.sdk_calls, workload, seconds))
    except TimeoutError:
        contender.remark(f"sdk: {CUT}")
    except Exception as error:
        # Whatever an SDK raises for a server that lies is not ours to list.
        raise PeerFailed(_first(error)) from error


def _first(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__


async def _through(contender: Contender, calls: int, workload: Workload, seconds: float) -> None:
    import mcp
    from mcp.client.stdio import stdio_client

    home = contender.home()
    launch = contender.launch(home)
    command, *arguments = launch.command
    parameters = mcp.StdioServerParameters(
        command=command, args=arguments, env=dict(launch.environ), cwd=home
    )
    dialect = contender.dialect
    stores = [dialect.store(note) for note in workload.notes[:calls]]
    retrieves = [dialect.retrieve(question.text) for question in workload.questions[:calls]]
    with _log(home).open("w", encoding="utf-8") as log:
        # The handshake of all of them: with another era each would be asked for that first.
        client = mcp.Client(stdio_client(parameters, errlog=log), mode="legacy")
        async with asyncio.timeout(seconds), client:
            for figure, some in (("sdk.store_s", stores), ("sdk.retrieve_s", retrieves)):
                await _call(client, contender, figure, some)


async def _call(
    client: "mcp.Client", contender: Contender, figure: str, calls: Sequence[Call]
) -> None:
    # The first is what loads what is loaded late.
    for number, (tool, arguments) in enumerate(calls):
        began_s = time.perf_counter()
        result = await client.call_tool(tool, dict[str, Any](arguments))
        took_s = time.perf_counter() - began_s
        accepted(contender.dialect, result.model_dump(by_alias=True, mode="json"))
        if number:
            contender.add(figure, [took_s])


def _log(home: Path) -> Path:
    return home / "sdk-stderr.log"
