"""`ltmc` with a client at the other end of its pipes: answered while the server is being opened.

Next to nothing is imported for the first answers. All else is imported in a thread, so that the
event loop goes on answering what needs no store; then the stores are opened on the loop.
"""

import asyncio
import gc
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import TYPE_CHECKING, Final

from ltmc_server.protocol.messages import INTERNAL_ERROR, ProtocolError, bug
from ltmc_server.protocol.opening import Opening
from ltmc_server.protocol.pipes import pipes_will_do, serve_pipes
from ltmc_server.protocol.session import Session

if TYPE_CHECKING:
    from ltmc_server.dispatch import Dispatcher
    from ltmc_server.settings import Settings

SILENCE_S: Final = 0.05
"""How long a client is waited for that asks nothing; then the server is opened all the same."""

START_S: Final = 2.0
"""For so long no garbage is collected: what a start imports and opens is there to stay."""

WHY_CHARS_MAX: Final = 2_000
"""Of what clients are told of a start that failed; stderr has all of it."""


def has_client() -> bool:
    """Tell whether a program may be at the other end, and not a person, who sees stderr only."""
    return pipes_will_do() and not os.isatty(0)


def run(arguments: Sequence[str]) -> int:
    """Serve until the client hangs up or a signal comes; return the exit status.

    Args:
        arguments: a plain command line.
    """
    # Who wants them says so; to look for them pydantic reads a file of every package there is.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Or it is walked through at each few hundred objects: a tenth of the time to the first answer.
    gc.disable()
    try:
        asyncio.run(_serve(arguments))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from ltmc_server.errors import StartError

        if not isinstance(error, StartError):
            raise
        from ltmc_server.commands.line import refused

        return refused(error)
    return 0


async def _serve(arguments: Sequence[str]) -> None:
    """Answer the client, and open the server beside that.

    Raises:
        StartError: it can not be opened as it is set up.
    """
    asyncio.get_running_loop().call_later(START_S, _started)
    opening, over = Opening(), asyncio.Event()
    opened = asyncio.create_task(_open(arguments, opening, over))
    await serve_pipes(Session(opening))
    over.set()
    if opening.dispatcher.done():
        await opened
        return
    opened.cancel()
    with suppress(asyncio.CancelledError):
        await opened
    # What was opened is closed again. A thread that imports or reads can not be stopped, and on a
    # disk that hangs the server would outlive its client.
    os._exit(0)


def _started() -> None:
    """Collect garbage from now on, of what is made from now on."""
    gc.freeze()
    gc.enable()


async def _open(arguments: Sequence[str], opening: Opening, over: asyncio.Event) -> None:
    """Open the server once the client has asked something, and close it when all is `over`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SILENCE_S):
            await opening.asked.wait()
    try:
        settings = await asyncio.to_thread(_settings, arguments)
        listing_s = _list(settings, opening)
        open_dispatcher = await asyncio.to_thread(_opener)
        async with open_dispatcher(settings) as dispatcher:
            from ltmc_server.observability.health import age_s

            dispatcher.metrics.start_s = age_s()
            dispatcher.metrics.tools_list.record(listing_s)
            opening.dispatcher.set_result(dispatcher)
            await over.wait()
    except Exception as error:
        opening.fail(_told(error))
        raise


def _settings(arguments: Sequence[str]) -> "Settings":
    """Read the settings, in a thread."""
    from ltmc_server.commands.starting import settings

    if not arguments:
        return settings()
    # The parser takes its time, and most clients give variables.
    from ltmc_server.commands.line import parsed

    return settings(parsed(arguments))


def _list(settings: "Settings", opening: Opening) -> float:
    """Hand out the list of the tools; return the seconds that making it took."""
    from ltmc_server.protocol.published import published_by

    began = time.perf_counter()
    opening.tools.set_result(published_by(settings))
    return time.perf_counter() - began


def _opener() -> "Callable[[Settings], AbstractAsyncContextManager[Dispatcher]]":
    """Import what opens the server and what answers its calls, in a thread; return the first."""
    import ltmc_server.protocol.serving  # noqa: F401  or the loop would, at the first call
    from ltmc_server.server import open_dispatcher

    return open_dispatcher


def _told(error: Exception) -> ProtocolError:
    """Return what a client is told: the cause, where that is what stderr says, too."""
    from ltmc_server.errors import StartError

    if not isinstance(error, StartError):
        return bug()
    why = " ".join(filter(None, (str(error), error.hint)))
    said = f"The server can not start: {why}"[:WHY_CHARS_MAX]
    return ProtocolError(INTERNAL_ERROR, said, {"code": error.code})
