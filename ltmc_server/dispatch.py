"""One call, whatever carried it here: find the tool, run the action, time it, shape the answer."""

import time
from collections.abc import Iterable, Mapping

import orjson
from pydantic_core import to_jsonable_python

from ltmc_server.actions import Tool
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import LtmcError
from ltmc_server.model import CursorPage, Page
from ltmc_server.observability.degraded import noting
from ltmc_server.observability.health import Health
from ltmc_server.observability.metrics import Metrics
from ltmc_server.responses import Payload, fit
from ltmc_server.toolbox import Later, Toolbox

WRITTEN_BY_CALLERS = frozenset({"metadata", "properties", "arguments"})
"""Fields whose inside is the caller's, where null is a value like any other."""

NESTED = (dict, list)
"""What a JSON value may hold others in."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call gives back."""

    payload: Payload
    """One JSON object."""
    text: str
    """The same, as compact JSON."""
    is_error: bool


class Dispatcher:
    """The tools of a server by name, and the record of how their calls went."""

    def __init__(
        self,
        tools: Iterable[Tool | Later],
        *,
        metrics: Metrics,
        response_bytes_max: int,
        health: Health | None = None,
    ) -> None:
        self.tools = Toolbox(tools)
        self.names = self.tools.names
        self.metrics = metrics
        self.health = health or Health(metrics, {}, required=frozenset())
        self.response_bytes_max = response_bytes_max

    async def call(self, name: str, arguments: Mapping[str, object]) -> Reply:
        """Run one action of what is called `name`, which must be one of `names`.

        A `LtmcError` is an answer the caller can act on; anything else is a bug and is raised.
        """
        given = dict(arguments)
        owner, named = self.names[name]
        action = given.pop("action", "") if named is None else named
        action = action if isinstance(action, str) else repr(action)[:100]
        began = time.perf_counter()
        tool = await self.tools.take(owner)
        failed = True
        try:
            done = await outcome(tool, action, given)
            text = orjson.dumps(done.payload)
            if len(text) > self.response_bytes_max and not done.is_error:
                text = orjson.dumps(fit(done.payload, self.response_bytes_max, done.offset))
            failed = done.is_error
            return Reply(done.payload, text.decode(), is_error=done.is_error)
        finally:
            if action in tool.actions:
                seconds = time.perf_counter() - began
                self.metrics.record(tool.name, action, seconds, failed=failed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of an action came to, however long that is."""

    payload: Payload
    """One JSON object."""
    is_error: bool
    offset: int | None = None
    """Where a page began; None when its `next` is a cursor, or it is no page."""


async def outcome(tool: Tool, action: str, arguments: Mapping[str, object]) -> Outcome:
    """Run one action. A `LtmcError` is an outcome; anything else is raised."""
    try:
        with noting() as missed:
            value = await tool.run(action, arguments)
    except LtmcError as error:
        return Outcome(_failure(error), is_error=True)
    payload = without_nulls(to_jsonable_python(value))
    assert isinstance(payload, dict), "an action returns an object, never a bare list or value"
    if missed:
        payload["degraded"] = sorted(missed)
    return Outcome(payload, is_error=False, offset=_offset(value))


def _offset(value: object) -> int | None:
    """Return where a page began; None when its `next` is a cursor, or it is no page."""
    if isinstance(value, Mapping):
        began = value.get("offset")
        return began if isinstance(began, int) else None
    if isinstance(value, CursorPage) or not isinstance(value, Page):
        return None
    end = value.next if value.has_more else value.total
    assert isinstance(end, int), "a page that follows a cursor is a CursorPage"
    return end - value.returned


def without_nulls(value: object) -> object:
    """Return a result without the fields that have no value; what callers wrote stays as it is."""
    # Most values are plain ones, and are not worth a call each.
    if isinstance(value, dict):
        return {
            key: without_nulls(inner)
            if isinstance(inner, NESTED) and key not in WRITTEN_BY_CALLERS
            else inner
            for key, inner in value.items()
            if inner is not None
        }
    if isinstance(value, list):
        return [without_nulls(inner) if isinstance(inner, NESTED) else inner for inner in value]
    return value


def _failure(error: LtmcError) -> Payload:
    said: Payload = {"code": error.code, "message": str(error)}
    return {"error": said | dict(error.details) | ({"hint": error.hint} if error.hint else {})}
