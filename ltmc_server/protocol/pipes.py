"""JSON-RPC lines on asyncio pipes: read, answered each in its own task, written."""

import asyncio
import fcntl
import logging
import os
import signal
import stat
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO, Final

import orjson

from ltmc_server.protocol.messages import INVALID_REQUEST, PARSE_ERROR, ProtocolError
from ltmc_server.protocol.session import Session

log = logging.getLogger(__name__)

LINE_BYTES_MAX: Final = 16 * 2**20
"""A longer line is refused and passed over. A text of a million characters has room for escapes."""

IN_FLIGHT_MAX: Final = 256
"""Requests that are being answered; at this many no more is read until one is done."""

DRAIN_S: Final = 5.0
"""How long requests that were read may still take once the client has hung up, and how long it may
then take to read the answers."""

OPENING_S: Final = 30.0
"""How long they may take beside that where the server is still being opened."""

NOT_A_MESSAGE: Final = ProtocolError(
    PARSE_ERROR,
    "Not a JSON-RPC 2.0 message; send one JSON object a line, "
    'with "jsonrpc": "2.0" and a "method".',
)
TOO_LONG: Final = ProtocolError(
    INVALID_REQUEST, f"A line may have {LINE_BYTES_MAX} bytes; this one was passed over."
)


def pipes_will_do() -> bool:
    """Tell whether stdin and stdout are such that an event loop can wait for them."""
    # It can for no file and no device but a terminal: not for /dev/null.
    return all(
        stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(number)
        for number, mode in ((number, os.fstat(number).st_mode) for number in (0, 1))
    )


async def serve_pipes(session: Session) -> None:
    """Answer one client on stdin and stdout until it hangs up, or a signal ends the server."""
    loop = asyncio.get_running_loop()
    incoming, outgoing = _claim(0, "rb"), _claim(1, "wb")
    lines = Lines(session)
    writing, _ = await loop.connect_write_pipe(lambda: lines.flow, outgoing)
    lines.writing = writing
    reading, _ = await loop.connect_read_pipe(lambda: lines, incoming)
    lines.reading = reading
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lines.stop)
    if session.opening is not None:
        session.opening.dispatcher.add_done_callback(lines.opened)
    await lines.ended.wait()
    reading.close()
    if lines.tasks:
        left_s = DRAIN_S if session.is_open else DRAIN_S + OPENING_S
        await asyncio.wait(lines.tasks, timeout=left_s)
    for task in lines.tasks:
        task.cancel()
    writing.close()
    with suppress(TimeoutError):
        # What a client has yet to read is not lost because the process ends.
        async with asyncio.timeout(DRAIN_S):
            await lines.flow.closed.wait()


def _claim(number: int, mode: str) -> BinaryIO:
    """Take a standard stream for the protocol alone.

    What else reads stdin finds it empty, and what else prints goes to stderr.
    """
    private = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 3)
    diverted = os.open(os.devnull, os.O_RDONLY) if number == 0 else os.dup(2)
    os.dup2(diverted, number)
    os.close(diverted)
    opened: BinaryIO = os.fdopen(private, mode, 0)  # type: ignore[assignment]  # unbuffered
    return opened


class Flow(asyncio.Protocol):
    """Hears from the pipe to the client whether it takes more."""

    def __init__(self, lines: "Lines") -> None:
        self.lines = lines
        self.closed = asyncio.Event()
        """There is nothing to be written any more, or nobody who reads it."""

    def pause_writing(self) -> None:
        self.lines.has_room.clear()
        self.lines.regulate()

    def resume_writing(self) -> None:
        self.lines.has_room.set()
        self.lines.regulate()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()
        # Who waits to write is to find out that nobody reads.
        self.lines.has_room.set()
        self.lines.stop()


class Lines(asyncio.Protocol):
    """Cuts what comes in into lines, and answers them."""

    reading: asyncio.ReadTransport
    writing: asyncio.WriteTransport

    def __init__(self, session: Session) -> None:
        self.session = session
        session.notify = self._notify
        self.flow = Flow(self)
        self.ended = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self.by_id: dict[str | int, asyncio.Task[None]] = {}
        self.rest: list[bytes] = []
        self.rest_bytes = 0
        self.has_room = asyncio.Event()
        self.has_room.set()
        self.is_paused = False

    def stop(self) -> None:
        """Read no more, and end once what was read is answered."""
        self.ended.set()

    def opened(self, opening: "asyncio.Future[Any]") -> None:
        """End if the server can not be opened, once what waits for it has been told."""
        if opening.cancelled() or opening.exception():
            self.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop()

    def eof_received(self) -> None:
        self.stop()

    def data_received(self, data: bytes) -> None:
        *whole, rest = data.split(b"\n")
        if whole:
            first = b"".join([*self.rest, whole[0]])
            too_long = self.rest_bytes + len(whole[0]) > LINE_BYTES_MAX
            self.rest, self.rest_bytes = [], 0
            self._line(None if too_long else first)
            for line in whole[1:]:
                self._line(line)
        self.rest_bytes += len(rest)
        # Of a line that is too long nothing is kept, only counted to its end.
        self.rest = [*self.rest, rest] if self.rest_bytes <= LINE_BYTES_MAX else []

    def regulate(self) -> None:
        """Stop reading while the client takes no answers or too much is under way."""
        is_full = not self.has_room.is_set() or len(self.tasks) >= IN_FLIGHT_MAX
        if is_full != self.is_paused and not self.ended.is_set():
            self.is_paused = is_full
            if is_full:
                self.reading.pause_reading()
            else:
                self.reading.resume_reading()

    def _line(self, line: bytes | None) -> None:
        if line is None:
            self._put(None, error=TOO_LONG)
            return
        try:
            message = orjson.loads(line)
        except orjson.JSONDecodeError:
            message = None
        if not _is_message(message):
            if line.strip():
                self._put(None, error=NOT_A_MESSAGE)
        elif "id" in message and "method" in message:
            self._start(message["id"], message["method"], message.get("params"))
        elif message.get("method") == "notifications/cancelled":
            self._cancel(message.get("params") or {})

    def _start(self, id: str | int, method: str, params: Mapping[str, Any] | None) -> None:
        task = asyncio.ensure_future(self._answer(id, method, params))
        self.tasks.add(task)
        self.by_id[id] = task
        task.add_done_callback(self.tasks.discard)
        if len(self.tasks) >= IN_FLIGHT_MAX:
            self.regulate()

    async def _answer(self, id: str | int, method: str, params: Mapping[str, Any] | None) -> None:
        try:
            result = await self.session.answer(method, params)
        except ProtocolError as error:
            self._put(id, error=error)
        else:
            self._put(id, result=result)
        finally:
            self.by_id.pop(id, None)
            if self.is_paused:
                asyncio.get_running_loop().call_soon(self.regulate)

    def _cancel(self, params: Mapping[str, Any]) -> None:
        # A request that is cancelled gets no answer, as the specification has it.
        with suppress(KeyError, TypeError):
            self.by_id[params["requestId"]].cancel()

    def _put(
        self, id: str | int | None, *, result: object = None, error: ProtocolError | None = None
    ) -> None:
        said = {"error": error.wire()} if error else {"result": result}
        self._write({"jsonrpc": "2.0", "id": id} | said)

    async def _notify(self, method: str, params: Mapping[str, Any]) -> None:
        # Unlike an answer it may wait: what comes after it is then told together.
        await self.has_room.wait()
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def _write(self, message: Mapping[str, Any]) -> None:
        line = orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
        if not self.writing.is_closing():
            self.writing.write(line)


def _is_message(message: object) -> bool:
    """Tell whether it is a request, a notification or a response of JSON-RPC 2.0."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return False
    if "method" not in message:
        return "id" in message and ("result" in message or "error" in message)
    id = message.get("id", 0)
    return (
        isinstance(message["method"], str)
        and isinstance(id, str | int)
        and not isinstance(id, bool)
        and isinstance(message.get("params", {}), dict | None)
    )
