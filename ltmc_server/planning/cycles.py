"""The chain of needs by which something would wait for itself."""

from collections.abc import Callable, Sequence
from typing import TypeVar

_Id = TypeVar("_Id", bound=str)


def cycle(start: _Id, needs: Callable[[_Id], Sequence[_Id]]) -> Sequence[_Id]:
    """Return the shortest chain of needs from `start` back to itself; empty if there is none."""
    came_from: dict[_Id, _Id] = {}
    frontier = [start]
    while frontier:
        reached: list[_Id] = []
        for here in frontier:
            for there in needs(here):
                if there == start:
                    return _chain(start, here, came_from)
                if there not in came_from:
                    came_from[there] = here
                    reached.append(there)
        frontier = reached
    return ()


def _chain(first: _Id, last: _Id, came_from: dict[_Id, _Id]) -> Sequence[_Id]:
    """Walk back from `last`, and write the cycle down as it is read: first … last, first."""
    chain = [first]
    here = last
    while here != first:
        chain.append(here)
        here = came_from[here]
    return [*chain, first][::-1]
