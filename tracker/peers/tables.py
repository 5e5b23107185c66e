"""The tables of docs/peers.md."""

from collections.abc import Iterable, Sequence
from math import isinf
from typing import Final

from tracker.peers.figures import FIGURES, FSYNCS, LOSSES, Figure, Pairing, Standing, Times
from tracker.peers.samples import Loss, Row, Samples
from tracker.validation.wording import number

LABELLED: Final = {figure.label: figure for figure in FIGURES}

SHORT: Final = (
    ("start", "start, to the answer to `initialize`"),
    ("store", "store, median"),
    ("retrieve", "retrieve, median"),
    ("ten at once: stores a second", "ten at once: stores a second"),
    ("retrieves", "ten at once: retrieves a second"),
    ("memory", "memory with all notes"),
    ("nDCG@10", "nDCG@10"),
)
"""The column of the first table, and the figure it shows."""


def short(samples: Samples) -> str:
    """Return the table for who has no time: a line a server."""
    figures = [(name, LABELLED[label]) for name, label in SHORT]
    head = ["", "finds by", *(f"{name}:" for name, _ in figures), "fsyncs a store:", "lost:"]
    rows = []
    for row in samples.rows:
        told = [figure.worded(figure.of(row)) for _, figure in figures]
        count = FSYNCS.of(row)
        rows.append(
            [
                f"**{row.title}**" if row.is_ours else row.title,
                "not measured, see below" if row.unavailable else row.search,
                *told,
                "–" if count is None else f"{count:.1f}",
                _lost_in_all(row),
            ]
        )
    return table(head, rows)


def ratios(ours: Row, others: Sequence[Row]) -> str:
    """Return how many times as good one of ours is, a line a figure."""
    pairings = [Pairing(ours, peer) for peer in others]
    rows = [[figure.label, *(_cell(each.times(figure)) for each in pairings)] for figure in FIGURES]
    return table(["", *(f"{peer.title}:" for peer in others)], rows)


def figures(samples: Samples) -> str:
    """Return every figure of every server."""
    rows_of = [row for row in samples.rows if not row.unavailable]
    shown = (*FIGURES, FSYNCS)
    rows = [[figure.label, *(_counted(figure, row) for row in rows_of)] for figure in shown]
    return table(["", *(f"{row.title}:" for row in rows_of)], rows)


def losses(samples: Samples) -> str:
    """Return what was lost of each server, and how many calls failed."""
    rows = [
        [
            row.title,
            *(_lost(row.losses.get(name)) for name in LOSSES),
            f"{row.failures:,} of {row.asked:,}",
        ]
        for row in samples.rows
        if not row.unavailable
    ]
    return table(["", *(f"{label}:" for label in LOSSES.values()), "calls that failed:"], rows)


def times_worded(times: Times) -> str:
    """Return a ratio with its interval: `0.81× [0.79 to 0.83]`."""
    if times.ends is None:
        return f"{_times(times.point)}×"
    low, high = map(_times, times.ends)
    return f"{_times(times.point)}× [{low} to {high}]"


def plain(text: str) -> str:
    """Return what a server said so that Markdown takes none of it for its own."""
    return "`" + text.replace("`", "'").strip() + "`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a column whose name ends in a colon stands to the right."""
    rule = ("--:" if name.endswith(":") else "---" for name in head)
    lines = [[name.rstrip(":") for name in head], list(rule), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _times(times: float) -> str:
    return "∞" if isinf(times) else number(times)


def _cell(times: Times | None) -> str:
    if times is None:
        return "–"
    told = times_worded(times)
    return f"**{told}**" if times.standing is Standing.BEHIND else told


def _counted(figure: Figure, row: Row) -> str:
    """Return a figure, with the number of its samples where there are several."""
    value, count = figure.of(row), len(row.values(figure.samples))
    told = figure.worded(value)
    return f"{told} ({count})" if value is not None and count > 1 else told


def _lost_in_all(row: Row) -> str:
    if not row.losses:
        return "–"
    lost = sum(loss.lost for loss in row.losses.values())
    acknowledged = sum(loss.acknowledged for loss in row.losses.values())
    return f"**{lost}** of {acknowledged}" if lost else f"0 of {acknowledged}"


def _lost(loss: Loss | None) -> str:
    if loss is None:
        return "–"
    looked = "" if loss.looked_for == loss.acknowledged else f" ({loss.looked_for} looked for)"
    lost = f"**{loss.lost}**" if loss.lost else "0"
    return f"{lost} of {loss.acknowledged}{looked} of {loss.wanted}"
