"""What is asked of a Letta server, and how an attempt to ask it fails."""

from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlencode

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.letta.interfaces import Query

Verb: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

ANSWER_BYTES_MAX: Final = 32_000_000
"""An agent's whole export fits; more would hold up everybody while it is read."""


@dataclass(frozen=True, slots=True)
class File:
    """What a form carries beside its fields."""

    name: str
    content: bytes
    fields: Query


@dataclass(slots=True, eq=False, kw_only=True)
class Asking:
    """A request, and what became of it so far."""

    verb: Verb
    target: str
    """Its path and query."""
    within_s: float
    """For all of it: repetitions, and the pauses between them."""
    body: bytes | None = None
    """JSON."""
    file: File | None = None
    anyway: bool = False
    """Ask even a server that did not answer just now."""
    is_sent: bool = False
    """It got a connection, and was not refused: only then it can be the server that is slow."""
    may_be_done: bool = False
    """An attempt may have done what is asked for."""

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.verb != "GET"

    @property
    def is_repeatable(self) -> bool:
        """Whether doing it twice is doing it once."""
        return self.verb != "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of an answer."""

    value: Any
    bytes: int


class Failed(Exception):
    """An attempt brought no answer to give on. Says why, without address, key or what was sent."""

    def __init__(
        self,
        why: str,
        *,
        passing: bool = False,
        status: int | None = None,
        pause_s: float | None = None,
        silent: bool = False,
    ) -> None:
        super().__init__(why)
        self.passing = passing
        """The same request may succeed when it is sent again."""
        self.status = status
        self.pause_s = pause_s
        """What the server asks to wait."""
        self.silent = silent
        """Nothing is known to be there."""


def target(path: str, query: Query | None) -> str:
    """Return a path with its query; the path is quoted already."""
    pairs = [
        (name, _written(each))
        for name, value in (query or {}).items()
        if value is not None
        for each in (value if isinstance(value, list) else [value])
    ]
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


def fields(query: Query) -> list[tuple[str, str]]:
    """Return the fields of a form; a list is repeated as letta-client repeats it."""
    return [
        (f"{name}[]" if isinstance(value, list) else name, _written(each))
        for name, value in query.items()
        if value is not None
        for each in (value if isinstance(value, list) else [value])
    ]


def json_of(body: object) -> bytes | None:
    """Return `body` as JSON; None for no body."""
    if body is None:
        return None
    try:
        return orjson.dumps(body)
    except TypeError:
        # Half a surrogate pair, or a number of more than 64 bits: JSON all the same.
        import json

        return json.dumps(body).encode()


def parsed(content: bytes) -> Answer:
    """Return the JSON of an answer.

    Raises:
        Failed: it is none.
    """
    try:
        return Answer(orjson.loads(content) if content else None, len(content))
    except orjson.JSONDecodeError:
        raise Failed("answered with what is no JSON") from None


def _written(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
