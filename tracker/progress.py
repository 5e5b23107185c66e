"""Show how far a run is: bars on a terminal, plain lines anywhere else."""

import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

STEP: Final = re.compile(r"\[\s*(?P<percent>[\d.]+)%\]\s+(?P<depth>\W+)\s(?P<text>.+)")
"""asv's `[25.00%] ··· name   value`."""

BENCHMARK_DEPTH: Final = 3
"""Fewer dots announce a commit or an environment, more are a benchmark's own output."""


@dataclass(frozen=True, slots=True)
class Step:
    """One benchmark announced or finished."""

    percent: float
    text: str
    finished: bool


def step_of(line: str) -> Step | None:
    """Read a line of asv's output; None when it is about anything but a benchmark."""
    match = STEP.match(line)
    if not match or len(match["depth"].strip()) != BENCHMARK_DEPTH:
        return None
    text = match["text"].strip()
    running = re.match(r"(?:Running|Setting up) \((.+?)(?:--)?\)", text)
    return Step(float(match["percent"]), running[1] if running else text, running is None)


@dataclass
class Display:
    """The commits of a run, and the benchmarks of the commit at hand."""

    total: int
    console: Console = field(default_factory=Console)

    def __post_init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._commits = self._bars.add_task("commits", total=self.total, note="")
        self._benchmarks = self._bars.add_task("% of this", total=100, note="")

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

    def commit(self, index: int, name: str) -> None:
        """Begin a commit; `index` counts from 0."""
        self._bars.update(self._commits, completed=index, note=name)
        self._bars.reset(self._benchmarks, note="making the environment")
        if not self.console.is_terminal:
            self.say(f"{index + 1}/{self.total} {name}")

    def line(self, line: str) -> None:
        """Take in a line of asv's output."""
        if not (step := step_of(line)):
            return
        name = step.text.split(maxsplit=1)[0]
        self._bars.update(self._benchmarks, completed=round(step.percent), note=name)
        if step.finished and not self.console.is_terminal:
            self.say(f"  {step.percent:3.0f} %  {step.text}")

    def say(self, message: str) -> None:
        """Print a message above the bars."""
        self.console.print(message, highlight=False, markup=False, soft_wrap=True)
