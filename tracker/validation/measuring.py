"""Run `python -m benchmarks.letta` as a child, show how far it is, and leave nothing of it."""

import json
import os
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tracker import processes
from tracker.errors import MeasuringFailed
from tracker.processes import Patience

PROGRAM: Final = ("-m", "benchmarks.letta")

TAIL_LINES: Final = 15

GRACE_S: Final = 30.0
"""A real Letta has a PostgreSQL to stop and a folder to delete."""

STEPS: Final = 20
"""Lines on what is no terminal: one each 5 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to measure, and where to."""

    backend: str
    profile: str | None
    set: str
    out: Path
    log: Path
    limit_s: float
    program: tuple[str, ...] = PROGRAM
    """What Python is to run."""

    def command(self) -> list[str]:
        """Return the command line."""
        profile = ["--profile", self.profile] if self.profile else []
        options = ["--backend", self.backend, *profile, "--set", self.set, "--out", str(self.out)]
        return [sys.executable, *self.program, *options]


@dataclass(frozen=True, slots=True)
class Progressed:
    """One line of progress."""

    done: int
    of: int
    what: str


def progress_of(line: str) -> Progressed | None:
    """Read a line of the child's output; None when it is about anything else."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    match said:
        case {"done": int(done), "of": int(of), "what": str(what)} if 0 <= done <= of:
            return Progressed(done, of, what)
    return None


@dataclass
class Bar:
    """How far the measuring is: a bar on a terminal, some lines anywhere else."""

    console: Console = field(default_factory=Console)
    _step: int = -1

    def __post_init__(self) -> None:
        self._bars = Progress(
            TextColumn("measuring"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("[dim]{task.fields[what]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._task = self._bars.add_task("", total=None, what="starting")

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

    def take(self, progress: Progressed) -> None:
        """Show a line of progress."""
        what = progress.what.replace("[", "\\[")
        self._bars.update(self._task, completed=progress.done, total=progress.of, what=what)
        step = STEPS * progress.done // max(progress.of, 1)
        if step > self._step and not self.console.is_terminal:
            self._step = step
            self.console.print(
                f"{progress.done}/{progress.of} {progress.what}", highlight=False, markup=False
            )


def measure(request: Request, folder: Path, bar: Bar) -> None:
    """Run the benchmarks to the end; afterwards `request.out` is there.

    Raises:
        MeasuringFailed: it ended with an error, wrote nothing, or took longer than the limit.
        KeyboardInterrupt: as it came, after everything has been stopped.
    """
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    request.log.parent.mkdir(parents=True, exist_ok=True)
    with request.log.open("w", encoding="utf-8", buffering=1) as log, bar:

        def note(line: str) -> None:
            if progress := progress_of(line):
                bar.take(progress)
                return
            tail.append(f"  {line}")
            log.write(f"{line}\n")

        patience = Patience(request.limit_s, GRACE_S)
        try:
            ended = processes.run(request.command(), folder, dict(os.environ), note, patience)
        except subprocess.TimeoutExpired:
            how = f"took longer than {request.limit_s:.0f} s; raise --limit"
            raise MeasuringFailed(how, request.log, "\n".join(tail)) from None
    if ended.status or not request.out.is_file():
        how = f"ended with status {ended.status}" if ended.status else "wrote no samples"
        raise MeasuringFailed(how, request.log, "\n".join(tail))
    for process in ended.left_behind:
        bar.console.print(f"It left a process running; stopped: {process}", markup=False)
