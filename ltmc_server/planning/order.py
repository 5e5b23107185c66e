"""In which order work is done when some of it needs other work first."""

import heapq
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import TypeAlias

from ltmc_server.dataclass import dataclass

Needs: TypeAlias = Mapping[str, Sequence[str]]
"""For each piece of work, the work that must be done first; free of cycles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work, as much of it as a plan needs."""

    id: str
    minutes: int
    priority: float
    """Of several that could be next, the greatest is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a piece of work can be done, in minutes from the start of all."""

    id: str
    starts_earliest: int
    starts_latest: int
    """Later, and everything would end later."""
    minutes: int

    @property
    def slack(self) -> int:
        """How long it can wait without making everything end later."""
        return self.starts_latest - self.starts_earliest


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Everything done as early as can be, as many at a time as need be."""

    minutes: int
    """From the start of the first to the end of the last."""
    critical_path: Sequence[str]
    """A chain without slack, from a start to the end of everything."""
    slots: Mapping[str, Slot]


def order(work: Sequence[Work], needs: Needs) -> Sequence[str]:
    """Return all work, each piece after what it needs; ties by priority, then as given."""
    rank = {one.id: (-one.priority, at) for at, one in enumerate(work)}
    sorter = TopologicalSorter({one.id: needs.get(one.id, ()) for one in work})
    sorter.prepare()
    done: list[str] = []
    ready: list[tuple[tuple[float, int], str]] = []
    while sorter.is_active():
        for id in sorter.get_ready():
            heapq.heappush(ready, (rank[id], id))
        _, first = heapq.heappop(ready)
        done.append(first)
        sorter.done(first)
    return done


def batches(work: Sequence[Work], needs: Needs) -> Mapping[str, int]:
    """Return the batch of each piece, from 1: what is in one batch can be done at the same time."""
    sorter = TopologicalSorter({one.id: needs.get(one.id, ()) for one in work})
    sorter.prepare()
    batch_of: dict[str, int] = {}
    number = 0
    while sorter.is_active():
        number += 1
        batch = sorter.get_ready()
        batch_of |= dict.fromkeys(batch, number)
        sorter.done(*batch)
    return batch_of


def schedule(work: Sequence[Work], needs: Needs) -> Schedule:
    """Return when each piece can be done, and the chain that makes it take as long as it does.

    Source:  the critical path method: earliest times forward, latest times backward.
    """
    minutes = {one.id: one.minutes for one in work}
    in_order = order(work, needs)
    earliest: dict[str, int] = {}
    for id in in_order:
        earliest[id] = max((earliest[n] + minutes[n] for n in needs.get(id, ())), default=0)
    end = max((earliest[id] + minutes[id] for id in in_order), default=0)
    latest_end = dict.fromkeys(in_order, end)
    for id in reversed(in_order):
        for needed in needs.get(id, ()):
            latest_end[needed] = min(latest_end[needed], latest_end[id] - minutes[id])
    slots = {
        id: Slot(
            id=id,
            starts_earliest=earliest[id],
            starts_latest=latest_end[id] - minutes[id],
            minutes=minutes[id],
        )
        for id in in_order
    }
    return Schedule(minutes=end, critical_path=_longest(slots, needs, end), slots=slots)


def _longest(slots: Mapping[str, Slot], needs: Needs, end: int) -> Sequence[str]:
    """Walk back from what ends last, always to a need that ends when this starts."""
    path: list[str] = []
    ends = {id: slot.starts_earliest + slot.minutes for id, slot in slots.items()}
    here = next((id for id in slots if ends[id] == end), None)
    while here is not None:
        path.append(here)
        start = slots[here].starts_earliest
        here = next((need for need in needs.get(here, ()) if ends[need] == start), None)
    return path[::-1]
