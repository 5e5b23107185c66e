"""Which optional stores a call did without: noted while it runs, told in its result."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_missed: Final[ContextVar[set[str] | None]] = ContextVar("missed", default=None)


@contextmanager
def noting() -> Iterator[set[str]]:
    """Collect the names that `did_without` is called with inside: one call of a tool."""
    missed = set[str]()
    token = _missed.set(missed)
    try:
        yield missed
    finally:
        _missed.reset(token)


def did_without(store: str) -> None:
    """Say that an optional store is down and the call goes on without it.

    Its result then carries the name in `degraded`. Outside of a call it says nothing.
    """
    missed = _missed.get()
    if missed is not None:
        missed.add(store)
