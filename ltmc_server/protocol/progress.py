"""Progress of a call on its way to the client: put together, paced, and never in the call's way."""

import asyncio
import math
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

from ltmc_server.observability.progress import reporting

PAUSE_S: Final = 0.05
"""Between two notifications of one call; what is reported meanwhile is told as one."""

CHARS_MAX: Final = 1_000_000
"""Of text that waits for a client which does not read; the result of the call has it all."""

LEFT_OUT: Final = "\n[{} characters were left out here: they came faster than they were read]\n"

Token: TypeAlias = str | int
Send: TypeAlias = Callable[[float, float | None, str | None], Awaitable[None]]
"""Tells how much is done, of how much, and a text. Waits while the client takes nothing."""


def token_of(params: Mapping[str, Any]) -> Token | None:
    """Return what the client wants to know the progress of a request by, if it does."""
    meta = params.get("_meta")
    token = meta.get("progressToken") if isinstance(meta, Mapping) else None
    # True would be the token 1.
    return token if isinstance(token, str | int) and not isinstance(token, bool) else None


@asynccontextmanager
async def following(send: Send) -> AsyncIterator[None]:
    """Tell by `send` what is reported in the block: the last of it before the block is left.

    Nothing is told once the block has ended, was cancelled, or has failed.
    """
    progress = Progress(send)
    try:
        with reporting(progress.report):
            yield
        await progress.finish()
    finally:
        progress.stop()


class Progress:
    """The reports of one call. All but `report` is called on its event loop and task."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._call = asyncio.current_task()
        self._telling: asyncio.Task[None] | None = None
        self._is_over = asyncio.Event()
        self._told: float = -math.inf
        self._done: float = -math.inf
        self._of: float | None = None
        self._texts: list[str] = []
        self._chars = 0
        self._left_out = 0

    def report(self, done: float, of: float | None, message: str) -> None:
        """Have it told soon. Never waits; without effect after the end."""
        if threading.get_ident() == self._thread:
            self._note(done, of, message)
        else:
            self._loop.call_soon_threadsafe(self._note, done, of, message)

    async def finish(self) -> None:
        """Tell what is still to be told."""
        self._is_over.set()
        if self._telling is not None:
            await self._telling

    def stop(self) -> None:
        """Tell no more."""
        self._is_over.set()
        if self._telling is not None:
            self._telling.cancel()

    def _note(self, done: float, of: float | None, message: str) -> None:
        if self._is_over.is_set():
            return
        if math.isfinite(done):
            self._done = max(self._done, done)
        self._of = of if of is not None and math.isfinite(of) else None
        taken = message[: CHARS_MAX - self._chars]
        if taken:
            self._texts.append(taken)
            self._chars += len(taken)
        self._left_out += len(message) - len(taken)
        if self._telling is None:
            self._telling = self._loop.create_task(self._tell())

    async def _tell(self) -> None:
        while True:
            # A call that is being cancelled is told of no more, even before it has noticed.
            is_ending = self._call is not None and self._call.cancelling()
            if not is_ending and self._has_news():
                await self._send(*self._take())
            if self._is_over.is_set():
                if is_ending or not self._has_news():
                    return
                continue
            try:
                async with asyncio.timeout(PAUSE_S):
                    await self._is_over.wait()
            except TimeoutError:
                if not self._has_news():
                    self._telling = None
                    return

    def _has_news(self) -> bool:
        return self._done > self._told or self._chars > 0

    def _take(self) -> tuple[float, float | None, str | None]:
        """Return what is to be told, and begin anew. What is done increases each time."""
        least = 0 if self._told == -math.inf else math.nextafter(self._told, math.inf)
        self._told = self._done if self._done > self._told else least
        text = "".join(self._texts) + (LEFT_OUT.format(self._left_out) if self._left_out else "")
        self._texts, self._chars, self._left_out = [], 0, 0
        return self._told, self._of, text or None
