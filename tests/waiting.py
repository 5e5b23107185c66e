"""Waiting for what another task or process does, never longer than said."""

import asyncio
from collections.abc import Callable

POLL_S = 0.01


async def until(is_true: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Return as soon as `is_true` says so; fail after so many seconds."""
    async with asyncio.timeout(seconds):
        while not is_true():  # noqa: ASYNC110  what is waited for does not know that it is
            await asyncio.sleep(POLL_S)
