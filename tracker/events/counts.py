"""Steps and creep in figures that do not vary of themselves. Pure, and exact.

A count that differs has changed; the only question is from which size on anybody cares.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tracker.events.model import Change

FLOOR: Final = 0.01
"""A share. Smaller changes add up, and are told as creep once their sum passes it."""

FLOORS: Final = {"instructions": 0.005, "statements": 0.0, "requests": 0.0}
"""By unit: two runs of the async server differ by 0.04 % in instructions; a statement is a
statement."""

RESTLESS: Final = 1 / 3
"""A series that moves at more than this share of its commits is no count: something in it is
timed, such as the buckets of a histogram that a call walks."""

READINGS_MIN: Final = 8
"""Of fewer readings nobody can say that they are restless."""


def floor_of(unit: str) -> float:
    """Return from which share on a change of a count is told."""
    return FLOORS.get(unit, FLOOR)


def is_restless(values: Sequence[float], floor: float) -> bool:
    """Say whether the figures go up and down as no count of the same work does."""
    signs = [
        later > earlier for earlier, later in pairwise(values) if _share(earlier, later) > floor
    ]
    turns = sum(before != after for before, after in pairwise(signs))
    return len(values) >= READINGS_MIN and turns > RESTLESS * (len(values) - 2)


def changes(values: Sequence[float], floor: float) -> list[Change]:
    """Return each departure from a level by more than `floor`, oldest first.

    A level is the figure after the last change. What departs from it in one commit is a step;
    what took several, none of which passes the floor alone, is creep.
    """
    found: list[Change] = []
    origin = 0
    for index in range(1, len(values)):
        if _share(values[origin], values[index]) <= floor:
            continue
        is_step = _share(values[index - 1], values[index]) > floor
        start = index - 1 if is_step else origin
        found.append(Change(index, start, values[start], values[index], is_creep=not is_step))
        origin = index
    return found


def _share(before: float, after: float) -> float:
    """By what share the larger is more than the smaller: the same in both directions."""
    if before == after:
        return 0.0
    low, high = sorted((abs(before), abs(after)))
    return high / low - 1 if low else float("inf")
