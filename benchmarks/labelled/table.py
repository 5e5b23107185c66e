"""What `python -m benchmarks.quality` prints: the tables of docs/retrieval.md."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.labelled.asking import (
    MODES,
    Measured,
    answers,
    by_kind,
    confidence,
    quality,
)
from benchmarks.labelled.loading import NAMES
from benchmarks.labelled.metrics import METRICS
from benchmarks.labelled.picture import draw

PARTS = ("tune", "held-out")


def main() -> int:
    """Measure the sets that are named, or all, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", choices=NAMES, help="only this one; repeatable")
    parser.add_argument("--picture", type=Path, help="draw recall by kind of question here")
    options = parser.parse_args()
    asked = {name: answers(name) for name in options.set or NAMES}
    print("\n".join(tables(asked)))
    if options.picture:
        draw(figures(asked), options.picture)
    return 0


def tables(asked: Measured) -> Iterator[str]:
    """Yield the lines of all tables, in Markdown."""
    yield from _row("set", "questions", "mode", *METRICS)
    for name, by_mode in asked.items():
        for part in PARTS:
            for mode, some in by_mode.items():
                mine = [each for each in some if each.query.part == part]
                count = sum(each.is_answerable for each in mine)
                yield "|".join(_cells(name, f"{part}, {count}", mode, *quality(mine).values()))
    yield ""
    yield from _row("set", "kind", "questions", *(f"recall@5 {mode}" for mode in MODES))
    for name, by_mode in asked.items():
        kinds = {mode: dict(by_kind(some)) for mode, some in by_mode.items()}
        for kind, some in kinds[MODES[0]].items():
            recalls = [quality(kinds[mode][kind])["recall@5"] for mode in MODES]
            yield "|".join(_cells(name, kind, str(len(some)), *recalls))
    yield ""
    yield from _row("set", "answerable", "unanswerable", "precision", "recall", "refused")
    for name, by_mode in asked.items():
        some = by_mode["hybrid"]
        there = sum(each.is_answerable for each in some)
        counts = (str(there), str(len(some) - there))
        yield "|".join(_cells(name, *counts, *confidence(some).values()))


def figures(asked: Measured) -> dict[str, dict[str, dict[str, float]]]:
    """Return recall@5 by set, kind and mode: what the picture in docs/retrieval.md shows."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, by_mode in asked.items():
        for mode, some in by_mode.items():
            for kind, answered in by_kind(some):
                recall = quality(answered)["recall@5"]
                found.setdefault(name, {}).setdefault(kind, {})[mode] = round(recall, 4)
    return found


def _row(*names: str) -> Iterator[str]:
    yield "|".join(_cells(*names))
    yield "|".join(["", *["---"] * len(names), ""])


def _cells(*values: str | float) -> Sequence[str]:
    return ["", *(each if isinstance(each, str) else f"{each:.3f}" for each in values), ""]
