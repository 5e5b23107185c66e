"""Threads for work that would hold the event loop up.

Such work calls `breathe` now and then, so that calls beside it are not held up either.

They are anyio's: who comes first has the first turn. To import anyio, with what it needs on
asyncio, takes 20 ms or more, so that has a thread, too.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeVar

from ltmc_server.dataclass import dataclass

if TYPE_CHECKING:
    from anyio import CapacityLimiter

_T = TypeVar("_T")

WORK_S: Final = 0.001
"""How long a thread works without a pause; systems part processors in ticks of 1 to 4 ms."""

PAUSE_S: Final = 0.000_05
"""The shortest that Linux knows: with its own slack a tenth of a millisecond."""


@dataclass(eq=False)
class Turns:
    """How many threads may do one kind of work at a time; further work waits for its turn."""

    at_once: int

    async def run(self, work: Callable[[], _T], *, abandon_on_cancel: bool = False) -> _T:
        """Return what `work` does in a thread, when it is its turn.

        Args:
            work: what may take long.
            abandon_on_cancel: whether a caller leaves the thread to itself when a scope of anyio
                is cancelled; a task of asyncio that is cancelled always does.
        """
        await anyio_imported()
        return await _run(work, self._limiter, abandon_on_cancel=abandon_on_cancel)

    @cached_property
    def _limiter(self) -> "CapacityLimiter":
        from anyio import CapacityLimiter

        return CapacityLimiter(self.at_once)


async def in_thread(work: Callable[[], _T], *, abandon_on_cancel: bool = False) -> _T:
    """Return what `work` does in a thread, of which all such work has forty at a time."""
    await anyio_imported()
    return await _run(work, None, abandon_on_cancel=abandon_on_cancel)


def breathe() -> None:
    """Pause for a moment, in a thread of these that has worked for a millisecond; else nothing.

    For loops that may take long. A thread that only works, the event loop and a client are three
    for what may be two processors; the system parts them at its next tick, and a call waits for it.
    """
    since_s = getattr(_worker, "since_s", None)
    if since_s is not None and perf_counter() - since_s > WORK_S:
        time.sleep(PAUSE_S)
        _worker.since_s = perf_counter()


_worker: Final = threading.local()
"""Has `since_s` in a thread of these: when its work began, or has paused."""


async def anyio_imported() -> None:
    """Return when anyio can be used without the event loop waiting for imports."""
    if not _imported.is_set():
        # In a context of its own, or anyio would see the event loop of the caller in it.
        await asyncio.get_running_loop().run_in_executor(None, _import)


_imported: Final = threading.Event()


def _import() -> None:
    import anyio.to_thread

    # What it needs on asyncio is imported by the first event loop that asks it something.
    anyio.run(anyio.sleep, 0)
    _imported.set()


async def _run(
    work: Callable[[], _T], limiter: "CapacityLimiter | None", *, abandon_on_cancel: bool
) -> _T:
    from anyio import to_thread

    def breathing() -> _T:
        _worker.since_s = perf_counter()
        return work()

    return await to_thread.run_sync(breathing, limiter=limiter, abandon_on_cancel=abandon_on_cancel)
