"""A long way between client and server, on one machine: a proxy that passes bytes on later.

Opening a connection costs a round trip before its first byte arrives; each byte takes half a round
trip each way. So TLS costs its own round trips, and a request one more, as over a real line. What
it does not imitate: a limited bandwidth, lost packets, and the slow start of TCP.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Final

CHUNK_BYTES: Final = 64 * 2**10
UNDER_WAY_MAX: Final = 64
"""Chunks of one direction that are on their way; a sender of more waits."""


@dataclass(slots=True)
class Distance:
    """What lies between the client and the server on a port of this machine."""

    port: int
    round_trip_s: float
    carrying: set[asyncio.Task[None]] = field(default_factory=set)

    async def carry(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        """Carry one connection, until both sides have said all."""
        task = asyncio.current_task()
        assert task is not None
        self.carrying.add(task)
        try:
            # The handshake of TCP: the kernel here has answered the client's at once.
            await asyncio.sleep(self.round_trip_s)
            far, to_far = await asyncio.open_connection("127.0.0.1", self.port)
            with contextlib.closing(to_far), contextlib.closing(to_near):
                async with asyncio.TaskGroup() as ways:
                    ways.create_task(self._one_way(near, to_far))
                    ways.create_task(self._one_way(far, to_near))
        except (OSError, ExceptionGroup, asyncio.CancelledError):
            # Broken off by one of them, or the server ends; the other sees its end of it.
            to_near.close()
        finally:
            self.carrying.discard(task)

    def close(self) -> None:
        """Break off every connection."""
        for task in self.carrying:
            task.cancel()

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDER_WAY_MAX)
        now = asyncio.get_running_loop().time

        async def arrive() -> None:
            while True:
                due_s, chunk = await under_way.get()
                await asyncio.sleep(due_s - now())
                if not chunk:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return
                writer.write(chunk)
                await writer.drain()

        async with asyncio.TaskGroup() as group:
            group.create_task(arrive())
            chunk = b"-"
            while chunk:
                chunk = await reader.read(CHUNK_BYTES)
                await under_way.put((now() + self.round_trip_s / 2, chunk))
