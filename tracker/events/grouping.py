"""Moves → events: one a machine, commit and direction, however many benchmarks moved."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tracker.events.chronicle import Chronicle
from tracker.events.model import Event, Kind, Move, Status
from tracker.series import EXACT_PREFIX


def events(moves: Iterable[Move], chronicle: Chronicle) -> list[Event]:
    """Return the events, newest first; of one commit, the worse first."""
    by_commit: dict[tuple[str, str, Kind], list[Move]] = defaultdict(list)
    for move in moves:
        by_commit[move.series.machine, move.bad, move.kind].append(move)
    found = [_event(machine, kind, group, chronicle) for (machine, _, kind), group in
             by_commit.items()]  # fmt: skip
    explained = _with_counters(found)
    kinds = list(Kind)
    return sorted(
        explained,
        key=lambda event: (-chronicle.places[event.commit.hash], kinds.index(event.kind)),
    )


def _event(machine: str, kind: Kind, group: Sequence[Move], chronicle: Chronicle) -> Event:
    # Benchmarks that failed at the commit before reach further back: the nearest says the most.
    good = max((move.good for move in group), key=chronicle.places.__getitem__)
    if kind is Kind.CREEP:
        good = min((move.good for move in group), key=chronicle.places.__getitem__)
    bad = group[0].bad
    return Event(
        machine=machine,
        kind=kind,
        good=good,
        commits=chronicle.between(good, bad),
        moves=tuple(sorted(group, key=_rank)),
        packages=chronicle.packages(good, bad),
    )


def _rank(move: Move) -> tuple[int, float, str]:
    return (list(Status).index(move.status), -move.change.size, move.series.name)


def _with_counters(found: Sequence[Event]) -> list[Event]:
    from dataclasses import replace

    counted: dict[tuple[str, str, bool], list[Move]] = defaultdict(list)
    for event in found:
        for move in event.moves:
            if move.is_certain and move.series.benchmark.startswith(EXACT_PREFIX):
                counted[event.machine, event.commit.hash, move.is_worse].append(move)
    explained = []
    for event in found:
        is_worse = event.moves[0].is_worse
        counters = sorted(
            counted[event.machine, event.commit.hash, is_worse],
            key=lambda move: -min(move.change.size, math.inf),
        )
        # What crept in over many commits is not the work of the one at its end.
        has_times = event.kind is not Kind.CREEP and not all(
            move.series.is_exact for move in event.moves
        )
        explained.append(replace(event, counters=tuple(counters)) if has_times else event)
    return explained
