"""Golden answers: what a real server said, to be said again with other ids and values."""

import datetime as dt
import functools
import uuid
from pathlib import Path
from typing import Any, Final

import orjson

FILE: Final = Path(__file__).with_name("golden.json")

Body = dict[str, Any]


@functools.cache
def golden() -> Body:
    """Return all golden answers, by the thing they are of. Whoever changes one copies it."""
    read = orjson.loads(FILE.read_bytes())
    assert isinstance(read, dict)
    return read


def like(name: str, /, **changes: Any) -> Body:  # noqa: ANN401  the fields of an answer
    """Return a golden answer with some fields changed."""
    answer: Body = golden()[name]
    return answer | changes


def new_id(kind: str) -> str:
    """Return an id as the server makes them."""
    return f"{kind}-{uuid.uuid4()}"


def now() -> str:
    """Return the time as most answers write it."""
    return _now().isoformat().replace("+00:00", "Z")


def now_s() -> str:
    """Return the time as messages write it: whole seconds."""
    return _now().isoformat(timespec="seconds")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
