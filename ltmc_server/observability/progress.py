"""Telling the client how far a long call has come, where it asked for that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

Report: TypeAlias = Callable[[float, float | None, str], None]
"""Takes how much is done, of how much (None: nobody knows), and the text that came since the last
report. Never waits, and may be called from any thread."""


def nobody(done: float, of: float | None, message: str) -> None:
    """Tell nobody."""


_report: ContextVar[Report] = ContextVar("report", default=nobody)


def is_followed() -> bool:
    """Tell whether anybody wants to know."""
    return _report.get() is not nobody


def report(done: float, of: float | None = None, message: str = "") -> None:
    """Tell the client of the call at hand; without effect where it did not ask.

    Reports that come fast are told as one, with the last `done` and all the texts put together:
    what is a line of its own ends with a line break.
    """
    _report.get()(done, of, message)


@contextmanager
def reporting(to: Report) -> Iterator[None]:
    """Have what is done in the block told to `to`."""
    before = _report.set(to)
    try:
        yield
    finally:
        _report.reset(before)
