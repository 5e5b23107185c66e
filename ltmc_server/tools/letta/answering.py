"""What the answers of the `letta_*` tools have in common."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

import anyio

from ltmc_server.errors import LtmcError
from ltmc_server.letta.errors import LettaRefused
from ltmc_server.letta.interfaces import Got
from ltmc_server.tools.vocabulary import Object

FIND_AGENT = "letta_list_agents with query finds an agent by a part of its name."
FIND_BLOCK = "letta_get_memory tells which blocks the agent has; " + FIND_AGENT


def aged(told: Object, got: Got) -> Object:
    """Add how old the answer is, where it comes from the cache."""
    return told if got.age_s is None else told | {"cached_s": round(got.age_s, 3)}


@contextmanager
def hinting(hint: str, *statuses: int) -> Iterator[None]:
    """Give a refusal with one of these statuses, 404 if none is named, a way out."""
    try:
        yield
    except LettaRefused as error:
        if error.details["status"] in (statuses or (404,)):
            error.hint = hint
        raise


async def at_once(*asked: Awaitable[Object]) -> list[Object]:
    """Wait for all of them together; the answers are in the order of the questions.

    Raises:
        LtmcError: what the first of them to fail raised; the others are given up.
    """
    answers: dict[int, Object] = {}

    async def answer(place: int, one: Awaitable[Object]) -> None:
        answers[place] = await one

    try:
        async with anyio.create_task_group() as group:
            for place, one in enumerate(asked):
                group.start_soon(answer, place, one)
    except* LtmcError as failed:
        raise _first(failed) from None
    return [answers[place] for place in range(len(asked))]


def _first(failed: BaseExceptionGroup[LtmcError]) -> LtmcError:
    first = failed.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
