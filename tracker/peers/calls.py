"""Calls of a server, one after another or many under way at once."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from tracker.peers.connection import CALL_S, Call, Connection, Message
from tracker.peers.dialects import Dialect
from tracker.peers.errors import Refused, Silent

_T = TypeVar("_T")


def accepted(dialect: Dialect, answer: Message) -> Message:
    """Return an answer that is none of failure.

    Raises:
        Refused: the server said that it did not do it.
    """
    if (why := dialect.refused(answer)) is not None:
        raise Refused(why)
    return answer


def part(things: Sequence[_T], turn: int, turns: int) -> Sequence[_T]:
    """Return the share of a turn; all shares together are all things, each once."""
    return things[len(things) * turn // turns : len(things) * (turn + 1) // turns]


def in_flight(
    server: Connection, calls: Sequence[Call], width: int, until: float
) -> Iterator[tuple[int, Message]]:
    """Yield the index of each call and its answer, as they come, with `width` under way.

    It ends with the last answer, or when the time is over, as `monotonic` says.

    Raises:
        Silent: no answer came for a minute.
    """
    waiting = iter(enumerate(calls))
    asked = {server.ask(call): index for index, call in islice(waiting, width)}
    while asked:
        left = max(0.0, until - time.monotonic())
        try:
            id, answer = server.answer(min(CALL_S, left))
        except Silent:
            if left < CALL_S:
                return
            raise
        if id not in asked:
            continue
        index = asked.pop(id)
        for later, call in islice(waiting, 1):
            asked[server.ask(call)] = later
        yield index, answer
