"""The figures of labelled series on a terminal, and how far the run is."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tracker.evaluation.series import GROUPS, Labelled
from tracker.evaluation.series_scoring import SIZES

TOLD_EVERY: Final = 250
"""Series, where there is no terminal to draw a bar on."""


KEY: Final = """\
P precision, R recall, F1 both; up: F1 of slow-downs alone; null: % of unchanged series flagged;
false: alarms in 100 series; R2 … R50: % found of changes of so many percent.
"""


def evaluate(series: list[Labelled], console: Console) -> dict[str, Any]:
    """Evaluate, and show how far it is."""
    from tracker.evaluation import series_running

    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def advance(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done)
        if not console.is_terminal and (done % TOLD_EVERY == 0 or done == total):
            console.print(f"{what}: {done} of {total}", highlight=False)

    with bars:
        return series_running.evaluate(series, advance)


def show(parts: Mapping[str, Any], console: Console) -> None:
    """Print a table a group, then delay and creep."""
    console.print(KEY)
    detectors = parts["series"]["detectors"]
    halves = [f"{group}, {half}" for group in GROUPS[:2] for half in ("even", "odd")]
    for part in (*GROUPS, "total", *halves):
        if any(detectors[name][part]["both"]["series"] for name in detectors):
            console.print(_table(detectors, part))
    waits = parts["series"]["delays"]
    console.print(
        "Commits of the new level until it is first reported"
        " (median of all tried; found within 15):"
    )
    for name, wait in waits.items():
        console.print(
            f"  {name}: {wait['median_commits']} ({wait['found']} of {wait['series']})",
            highlight=False,
        )
    for name, count in parts["series"]["comparisons_per_series"].items():
        console.print(f"Comparisons a series, {name}: {count}", highlight=False)
    console.print(f"Creep: {creep_line(parts['creep'])}", highlight=False)


def creep_line(creep: Mapping[str, Any]) -> str:
    """Say in one line how creep was judged."""
    rates = ", ".join(f"{rate}: {100 * hit:.0f} %" for rate, hit in creep["recall_by_rate"].items())
    return (
        f"found of {creep['series']} at a rate a commit of {rates}; called a step"
        f" {100 * creep['called_step']:.1f} %; of {creep['others']} series without creep,"
        f" called creep {100 * creep['others_called_creep']:.1f} %"
    )


def _table(detectors: Mapping[str, Any], part: str) -> Table:
    series = next(iter(detectors.values()))[part]["both"]["series"]
    table = Table(title=f"{part} ({series} series)", title_justify="left", box=None)
    table.add_column("detector", overflow="fold", min_width=20)
    for head in ("P %", "R %", "F1 %", "up", "null", "false", *(f"R{size}" for size in SIZES)):
        table.add_column(head, justify="right", no_wrap=True)
    for name, by_part in detectors.items():
        both, up = by_part[part]["both"], by_part[part]["up"]
        sizes = both["recall_by_size"]
        table.add_row(
            name,
            *(f"{100 * both[field]:.1f}" for field in ("precision", "recall", "f1")),
            f"{100 * up['f1']:.0f}",
            f"{100 * both['nulls_flagged']:.1f}",
            f"{both['false_per_100_series']:.1f}",
            *(f"{100 * sizes[str(s)]:.0f}" if str(s) in sizes else "" for s in SIZES),
        )
    return table
