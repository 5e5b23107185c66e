"""The figures of the comparison: what they are called, how samples become one, which is better."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from statistics import fmean, median, quantiles
from typing import Final, Literal, TypeAlias

from tracker.peers.catalogue import FindsBy
from tracker.peers.intervals import interval
from tracker.peers.samples import Row, Samples
from tracker.validation.wording import duration, number

Unit: TypeAlias = Literal["s", "bytes", "a second", "share", "count"]

MEGABYTE: Final = 1e6

NOISE: Final = 0.05
"""Figures of one turn that differ by less are level: so much do two runs of one server differ."""

QUALITY: Final = "quality."
"""Begins the names of samples that say how good answers are."""


def p95(values: Sequence[float]) -> float:
    """Return the time that 95 % of the calls did not exceed."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    label: str
    samples: str
    """The name of its samples."""
    unit: Unit
    summary: Callable[[Sequence[float]], float] = median
    less_is_better: bool = True

    def of(self, row: Row) -> float | None:
        """Return the figure of a server, or None where it was not measured."""
        values = row.values(self.samples)
        return self.summary(values) if values else None

    def compared(self, ours: Sequence[float], theirs: Sequence[float]) -> float | None:
        """Return how many times as good samples of ours are as those of another."""
        return advantage(self, self.summary(ours), self.summary(theirs))

    def worded(self, value: float | None) -> str:
        """Return a value with its unit."""
        if value is None:
            return "–"
        if self.unit == "s":
            return duration(value)
        if self.unit == "bytes":
            return f"{number(value / MEGABYTE)} MB"
        return f"{value:.3f}" if self.unit == "share" else number(value)


FIGURES: Final = (
    Figure("start, to the answer to `initialize`", "start.initialize_s", "s"),
    Figure("start, CPU time", "start.cpu_s", "s"),
    Figure("start, to the first answered question", "start.first_call_s", "s"),
    Figure("`tools/list`", "list_s", "s"),
    Figure("store, median", "store_s", "s"),
    Figure("store, 95 %", "store_s", "s", p95),
    Figure("store, CPU time until all is done", "store.cpu_s", "s", fmean),
    Figure(
        "notes a second until all is done", "store.ready_per_s", "a second", less_is_better=False
    ),
    Figure("retrieve, median", "retrieve_s", "s"),
    Figure("retrieve, 95 %", "retrieve_s", "s", p95),
    Figure("retrieve, CPU time", "retrieve.cpu_s", "s", fmean),
    Figure(
        "ten at once: stores a second", "at_once.stores_per_s", "a second", less_is_better=False
    ),
    Figure(
        "ten at once: retrieves a second",
        "at_once.retrieves_per_s",
        "a second",
        less_is_better=False,
    ),
    Figure(
        "four processes at once: stores a second",
        "together.stores_per_s",
        "a second",
        less_is_better=False,
    ),
    Figure("memory before the first call", "memory.idle_bytes", "bytes"),
    Figure("memory with all notes", "memory.full_bytes", "bytes"),
    Figure("nDCG@10", "quality.nDCG@10", "share", fmean, less_is_better=False),
    Figure("hit@10", "quality.hit@10", "share", fmean, less_is_better=False),
    Figure("recall@5", "quality.recall@5", "share", fmean, less_is_better=False),
    Figure("store through `mcp.Client`, median", "sdk.store_s", "s"),
    Figure("retrieve through `mcp.Client`, median", "sdk.retrieve_s", "s"),
)

FSYNCS: Final = Figure("fsyncs a store", "disk.fsyncs", "count", fmean)
"""How often a store waits for the disk: a promise that is paid for, and no row of the race."""

LOSSES: Final[Mapping[str, str]] = {
    "at once": "ten at once in one process",
    "together": "four processes on one folder",
    "killed": "`kill -9` with ten stores under way",
}


class Standing(StrEnum):
    """How ours does beside another."""

    AHEAD = "ahead"
    LEVEL = "level"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Times:
    """How many times as good ours is: above 1 it is ahead, whichever way is better."""

    point: float
    ends: tuple[float, float] | None = None
    """Of the 95 % interval; None where there was one turn only."""

    @property
    def standing(self) -> Standing:
        """Ahead or behind where the interval is, all of it; level where it holds 1."""
        low, high = self.ends or (self.point / (1 + NOISE), self.point * (1 + NOISE))
        if low > 1:
            return Standing.AHEAD
        return Standing.BEHIND if high < 1 else Standing.LEVEL


def advantage(figure: Figure, ours: float | None, theirs: float | None) -> float | None:
    """Return how many times as good ours is.

    None where either was not measured.
    """
    if ours is None or theirs is None:
        return None
    better, worse = (theirs, ours) if figure.less_is_better else (ours, theirs)
    if better == worse:
        return 1.0
    return better / worse if worse else inf


@dataclass(frozen=True, slots=True)
class Pairing:
    """Ours in one configuration, beside another server."""

    ours: Row
    theirs: Row

    def times(self, figure: Figure) -> Times | None:
        """Return how many times as good ours is, or None where either was not measured."""
        point = advantage(figure, figure.of(self.ours), figure.of(self.theirs))
        if point is None:
            return None
        sides = (row.samples[figure.samples] for row in (self.ours, self.theirs))
        return Times(point, interval(figure.compared, *sides))


WAYS: Final[Sequence[FindsBy]] = ("meaning", "words", "text")
"""Of finding: each does less than the one before it."""


def ours_by(samples: Samples, way: FindsBy) -> Row | None:
    """Return ours as it finds by that; by meaning it has the settings it comes with."""
    ours = (row for row in samples.rows if row.is_ours and not row.unavailable)
    return next((row for row in ours if row.finds_by == way), None)


def beside(samples: Samples, way: FindsBy) -> list[Row]:
    """Return the others that are compared with ours by `way`: those that do no more than that."""
    done = WAYS[WAYS.index(way) :]
    return [peer for peer in peers(samples) if peer.finds_by in done]


def pairings(samples: Samples, peer: Row) -> list[Pairing]:
    """Return with which of ours a server is compared.

    Everybody is compared with ours as it comes; what finds by words with ours set alike as well;
    what looks for a piece of text with ours asked for that, too.
    """
    ways = WAYS[: WAYS.index(peer.finds_by) + 1]
    return [Pairing(ours, peer) for way in ways if (ours := ours_by(samples, way))]


def judged(samples: Samples) -> Samples:
    """Return a run without the quality of who did not store all notes or hear all questions.

    Among fewer notes the right ones are found more easily, and some of them are not there. A
    question that was refused has its answer judged, as one that found nothing.
    """
    return samples.model_copy(update={"rows": tuple(_judged(row, samples) for row in samples.rows)})


def _judged(row: Row, samples: Samples) -> Row:
    stored = len(row.values("store_s")) == samples.notes
    kept = {
        name: turns
        for name, turns in row.samples.items()
        if not name.startswith(QUALITY) or (stored and len(row.values(name)) == samples.answered)
    }
    return row.model_copy(update={"samples": kept})


def peers(samples: Samples) -> list[Row]:
    """Return the others that were measured."""
    return [row for row in samples.rows if not row.is_ours and not row.unavailable]


def standings(samples: Samples) -> Iterator[tuple[Figure, Pairing, Times]]:
    """Yield each figure that both sides of a pairing have, and how many times as good ours is."""
    for figure in FIGURES:
        for peer in peers(samples):
            for pairing in pairings(samples, peer):
                times = pairing.times(figure)
                if times is not None:
                    yield figure, pairing, times


def missing(samples: Samples) -> Iterator[tuple[Row, list[str]]]:
    """Yield what should have been measured and was not, of each server of which something is."""
    for row in judged(samples).rows:
        if row.unavailable:
            yield row, ["everything"]
            continue
        figures = [each.label for each in (*FIGURES, FSYNCS) if each.of(row) is None]
        lost = [label for name, label in LOSSES.items() if name not in row.losses]
        counted = (
            ("notes", len(row.values("store_s")), samples.notes),
            ("questions", len(row.values("retrieve_s")), samples.questions),
        )
        cut = [f"{all_ - had} of {all_} {what}" for what, had, all_ in counted if 0 < had < all_]
        if labels := [*cut, *figures, *lost]:
            yield row, labels
