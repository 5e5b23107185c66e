"""Events → JSON, for programs. What the fields mean is in docs/events.md."""

import math
from collections.abc import Sequence
from typing import Final

from tracker.events import wording
from tracker.events.model import Event, Move

VERSION: Final = 1
"""Raised when a field goes or changes its meaning; new fields leave it."""


def machine_readable(machine: str, events: Sequence[Event]) -> dict[str, object]:
    """Return what `json.dumps` writes, newest first."""
    return {
        "version": VERSION,
        "machine": machine,
        "standing": sum(event.stands for event in events),
        "suspects": sum(not move.is_certain for event in events for move in event.moves),
        "events": [_event(event) for event in events],
    }


def _event(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "kind": event.kind,
        "status": event.status,
        "stands": event.stands,
        "commit": event.commit.hash,
        "good": event.good,
        "commits": [commit.hash for commit in event.commits],
        "date": event.commit.date.isoformat(),
        "subject": event.commit.subject,
        "note": event.note,
        "packages": list(event.packages),
        "counters": [wording.counter(move) for move in event.counters],
        "benchmarks": [_move(move) for move in event.moves],
    }


def _move(move: Move) -> dict[str, object]:
    change = move.change
    size = change.size
    return {
        "name": move.series.name,
        "unit": move.series.unit,
        "before": change.before,
        "after": change.after,
        "share": change.share,
        "low": change.low,
        "high": change.high,
        "log_ratio": None
        if math.isinf(size)
        else math.copysign(size, change.after - change.before),
        "confidence": change.confidence,
        "status": move.status,
        "said": move.reason,
        "stands": move.stands,
        "accepted": move.accepted,
        "mended_by": move.mended_by,
        "good": move.good,
        "bad": move.bad,
        "bisect": wording.bisect(move),
    }
