"""The floor: JSON-RPC lines answered on a bare asyncio loop. Run as a program, not a benchmark."""

import asyncio
import json
import os
import sys


class Echo(asyncio.Protocol):
    """Answers each line with a result that holds nothing."""

    def __init__(self, done: "asyncio.Future[None]") -> None:
        self.done = done
        self.rest = b""

    def data_received(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            reply = {"jsonrpc": "2.0", "id": json.loads(line).get("id"), "result": {}}
            os.write(1, json.dumps(reply).encode() + b"\n")

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def serve() -> None:
    """Answer until stdin is closed."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    await loop.connect_read_pipe(lambda: Echo(done), sys.stdin)
    await done


if __name__ == "__main__":
    asyncio.run(serve())
