"""What a check says."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias


class State(StrEnum):
    """How it is. Only FAIL makes the exit status 1."""

    OK = "ok"
    WARN = "warn"
    """Figures can be had, and are worth less."""
    FAIL = "fail"
    """Figures would be wrong, or there would be none."""
    UNKNOWN = "unknown"
    """This machine does not say."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one check saw, and what can be done about it."""

    state: State
    text: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A check by name, and what it saw."""

    check: str
    seen: Seen


Check: TypeAlias = Callable[[Path], Seen]
"""Given the root of the repository."""

SHOWN_MAX: Final = 5
"""Of many problems, so many are shown."""


def ok(text: str) -> Seen:
    """Say that all is well."""
    return Seen(State.OK, text)


def warn(text: str, way_out: str) -> Seen:
    """Say that figures are worth less."""
    return Seen(State.WARN, text, way_out)


def fail(text: str, way_out: str) -> Seen:
    """Say that figures would be wrong, or missing."""
    return Seen(State.FAIL, text, way_out)


def unknown(text: str) -> Seen:
    """Say that the machine does not say."""
    return Seen(State.UNKNOWN, text)


def listed(problems: list[str]) -> str:
    """Return the first of the problems, and how many more there are."""
    more = len(problems) - SHOWN_MAX
    return "; ".join(problems[:SHOWN_MAX]) + (f"; and {more} more" if more > 0 else "")
