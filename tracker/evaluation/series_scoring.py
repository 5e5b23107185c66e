"""What a detector said, against what was true: precision, recall, false alarms. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tracker.evaluation.series import Event, Labelled

NEAR: Final = 3
"""Commits beside the true one within which a flag counts."""

SIZES: Final = (2, 5, 10, 20, 50)
"""Classes of size, in percent of the lower level."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A detector's claim: from this commit on, slower or faster."""

    index: int
    is_up: bool


@dataclass(slots=True)
class Score:
    """Counts over some series; adding series up adds the counts."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    series: int = 0
    commits: int = 0
    nulls: int = 0
    nulls_flagged: int = 0
    by_size: dict[int, list[int]] = field(default_factory=dict)
    """Percent → hits, events."""

    def add(self, flags: Sequence[Flag], one: Labelled, *, only_up: bool = False) -> None:
        """Count one series; `only_up` looks at slow-downs alone, on both sides."""
        events = [event for event in one.events if event.ratio > 1 or not only_up]
        said = [flag for flag in flags if flag.is_up or not only_up]
        hit = matched(said, events)
        self.hits += sum(hit)
        self.false += len(said) - sum(hit)
        self.missed += len(events) - sum(hit)
        self.series += 1
        self.commits += len(one.figures)
        if not one.events:
            self.nulls += 1
            self.nulls_flagged += bool(said)
        for event, found in zip(events, hit, strict=True):
            row = self.by_size.setdefault(size_of(event), [0, 0])
            row[0] += found
            row[1] += 1

    @property
    def precision(self) -> float:
        """Share of the flags that are right; 1 when nothing was flagged."""
        said = self.hits + self.false
        return self.hits / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of the events that were flagged; 1 when there were none."""
        there = self.hits + self.missed
        return self.hits / there if there else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 without a hit."""
        return 2 * self.hits / max(2 * self.hits + self.false + self.missed, 1)

    def figures(self) -> dict[str, object]:
        """Return the figures as they are kept."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "hits": self.hits,
            "false": self.false,
            "missed": self.missed,
            "series": self.series,
            "nulls": self.nulls,
            "nulls_flagged": round(self.nulls_flagged / max(self.nulls, 1), 4),
            "false_per_100_series": round(100 * self.false / max(self.series, 1), 3),
            "false_per_100_commits": round(100 * self.false / max(self.commits, 1), 4),
            "recall_by_size": {
                str(size): round(hits / there, 4)
                for size, (hits, there) in sorted(self.by_size.items())
            },
        }


def matched(flags: Sequence[Flag], events: Iterable[Event]) -> list[bool]:
    """Say of each event whether a flag of its direction is near; a flag serves one event."""
    free = list(flags)
    found = []
    for event in events:
        near = [
            flag
            for flag in free
            if flag.is_up == (event.ratio > 1) and abs(flag.index - event.index) <= NEAR
        ]
        if near:
            free.remove(min(near, key=lambda flag: abs(flag.index - event.index)))
        found.append(bool(near))
    return found


def size_of(event: Event) -> int:
    """Return the class of size: what the slower level is above the faster one, in percent."""
    percent = 100 * (max(event.ratio, 1 / event.ratio) - 1)
    return min(SIZES, key=lambda size: abs(size - percent))
