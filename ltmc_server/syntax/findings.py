"""What an analysis may say of a source: a kind, a place, and the rule that was met."""

from typing import Literal

from ltmc_server.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in a source."""

    file: str | None
    """None when the source came without a name."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A smell, or a design pattern."""

    group: Literal["smell", "design"]
    kind: str
    name: str
    """Qualified name of the function or class; of a whole file, the file."""
    where: Where
    why: str
    """What was counted or seen, and nothing more."""


def smell(kind: str, name: str, where: Where, why: str) -> Finding:
    """Return a smell."""
    return Finding(group="smell", kind=kind, name=name, where=where, why=why)


def design(kind: str, name: str, where: Where, why: str) -> Finding:
    """Return a design pattern."""
    return Finding(group="design", kind=kind, name=name, where=where, why=why)
