"""The events of an answer that comes bit by bit."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, Final

import orjson

from ltmc_server.letta.asking import ANSWER_BYTES_MAX, Failed
from ltmc_server.letta.saying import said

if TYPE_CHECKING:
    from aiohttp import StreamReader

END: Final = "[DONE]"


async def events(content: "StreamReader", until: float, key: str) -> AsyncGenerator[Any, None]:
    """Yield the JSON of each event.

    Args:
        content: the body of the answer.
        until: when it must have ended, by the clock of the event loop.
        key: what may not be said of an error.

    Raises:
        Failed: the answer tells of an error, does not end, or is none.
        TimeoutError: it is not there in time.
    """
    # Its public stream takes the responses of httpx only.
    from letta_client._streaming import SSEDecoder

    try:
        async for event in SSEDecoder().aiter_bytes(_parts(content, until)):
            if event.data.startswith(END):
                return
            if event.event == "error":
                raise Failed(f"broke its answer off: {said(event.data.encode(), key)}")
            if event.event is None and event.data:
                yield orjson.loads(event.data)
    except ValueError:
        raise Failed("answered with an event that is no JSON") from None
    raise Failed("broke off in the middle of its answer")


async def _parts(content: "StreamReader", until: float) -> AsyncIterator[bytes]:
    size = 0
    while True:
        # Around each wait, not around all of them: between two, others run in this task.
        async with asyncio.timeout_at(until):
            part = await content.readany()
        if not part:
            return
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            raise Failed(f"answered with more than {ANSWER_BYTES_MAX:,} bytes")
        yield part
