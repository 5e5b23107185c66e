"""What stands in what: stretches of a source, and the innermost one around each."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

DEPTH_MAX: Final = 32
"""Owners that are told of one thing, the innermost: code that nests deeper was made to."""


class Stretch(Protocol):
    """Anything with a first byte, and a byte after its last: a node of a tree is one."""

    @property
    def start_byte(self) -> int:
        """Offset of the first byte."""
        ...

    @property
    def end_byte(self) -> int:
        """Offset after the last byte."""
        ...


_Outer = TypeVar("_Outer")
_Inner = TypeVar("_Inner")


def chains(
    inner: Iterable[tuple[Stretch, _Inner]], outer: Iterable[tuple[Stretch, _Outer]]
) -> list[tuple[_Inner, Sequence[_Outer]]]:
    """Return each of `inner` with those of `outer` around it, at most `DEPTH_MAX`, outermost first.

    A stretch is not around itself. The order is that of the source, the longer of two that
    begin together first. Cost: n log n.
    """
    marked: list[tuple[Stretch, _Inner | None, _Outer | None]] = [
        *((at, None, one) for at, one in outer),
        *((at, one, None) for at, one in inner),
    ]
    # At equal stretches the inner one comes first, so that it is not in itself.
    marked.sort(key=lambda each: (each[0].start_byte, -each[0].end_byte, each[1] is None))
    found: list[tuple[_Inner, Sequence[_Outer]]] = []
    open_now: list[tuple[int, _Outer]] = []
    for at, held, holder in marked:
        while open_now and open_now[-1][0] <= at.start_byte:
            open_now.pop()
        if held is not None:
            found.append((held, tuple(one for _, one in open_now[-DEPTH_MAX:])))
        if holder is not None:
            open_now.append((at.end_byte, holder))
    return found


def innermost(
    inner: Iterable[tuple[Stretch, _Inner]], outer: Iterable[tuple[Stretch, _Outer]]
) -> list[tuple[_Inner, _Outer]]:
    """Return each of `inner` with the nearest of `outer` around it; leave out what has none."""
    return [(held, around[-1]) for held, around in chains(inner, outer) if around]


def depths(stretches: Iterable[Stretch]) -> list[tuple[Stretch, int]]:
    """Return how many of them each is in, itself counted, in the order of the source."""
    found: list[tuple[Stretch, int]] = []
    ends: list[int] = []
    for at in sorted(stretches, key=lambda each: (each.start_byte, -each.end_byte)):
        while ends and ends[-1] <= at.start_byte:
            ends.pop()
        ends.append(at.end_byte)
        found.append((at, len(ends)))
    return found
