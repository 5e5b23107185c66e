"""The run on a terminal: how far it is, and a table of what came of it."""

from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tracker.peers.figures import FIGURES, FSYNCS, LOSSES, judged, missing
from tracker.peers.samples import Samples

STEPS: Final = 20
"""Lines on what is no terminal: one each 5 %."""

WIDTH_MIN: Final = 160
"""Columns in which the table can be read."""


@dataclass
class Bar:
    """How far the run is: a bar on a terminal, some lines anywhere else."""

    console: Console
    _step: int = -1
    _said: str = ""

    def __post_init__(self) -> None:
        self._bars = Progress(
            TextColumn("measuring"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[what]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._task = self._bars.add_task("", total=1.0, what="starting")

    def take(self, done: float, what: str) -> None:
        """Show how far it is, from 0 to 1, and what is done."""
        self._bars.update(self._task, completed=done, what=what.replace("[", "\\["))
        step = int(STEPS * done)
        if not self.console.is_terminal and (
            step > self._step or (not done and what != self._said)
        ):
            self._step, self._said = step, what
            self.console.print(f"{done:4.0%} {what}", highlight=False, markup=False)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()


def show(samples: Samples) -> None:
    """Print the figures, what was lost, what went wrong, and what is missing.

    It is wider than a narrow terminal.
    """
    samples = judged(samples)
    console = Console(width=max(Console().width, WIDTH_MIN))
    rows = [row for row in samples.rows if not row.unavailable]
    table = Table("", *(row.title for row in rows), title="Memory servers")
    for figure in (*FIGURES, FSYNCS):
        table.add_row(figure.label, *(figure.worded(figure.of(row)) for row in rows))
    for name, label in LOSSES.items():
        losses = (row.losses.get(name) for row in rows)
        told = (f"{each.lost} of {each.acknowledged}" if each else "–" for each in losses)
        table.add_row(f"lost: {label}", *told)
    console.print(table)
    for row in samples.rows:
        for remark in (*([row.unavailable] if row.unavailable else []), *row.remarks):
            console.print(f"{row.title}: {remark}", highlight=False, markup=False)
    for row, labels in missing(samples):
        said = f"{row.title}: not measured: {', '.join(labels)}"
        console.print(said, highlight=False, markup=False)
