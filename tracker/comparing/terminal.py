"""A report on a terminal, and how far a comparison is while it runs."""

from types import TracebackType
from typing import Final, Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tracker.comparing.counters import Severity
from tracker.comparing.gate import Ruling
from tracker.comparing.markdown import floor, verdict_line
from tracker.comparing.report import Report, Status
from tracker.comparing.wording import because, before_and_after, interval, percent, word
from tracker.lockstep.model import Failure, Side

COLOURS: Final = {Severity.RED: "red", Severity.YELLOW: "yellow", Severity.NONE: "green"}

ROWS_MAX: Final = 60

NAMES_MAX: Final = 10

WIDTH_MIN: Final = 140
"""Of a terminal on which the table is one."""


class Bars:
    """The stages of a comparison as bars on a terminal, as lines anywhere else."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bars.add_task("", visible=False, note="")
        self._begun = 0

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

    def stage(self, name: str, total: int) -> None:
        """Begin a stage."""
        self._bars.update(self._task, visible=False)
        self._task = self._bars.add_task(name, total=total, note="", visible=total > 0)
        self._begun = 0
        if total and not self._console.is_terminal:
            self._console.print(f"{name}: {total}", highlight=False, markup=False)

    def say(self, message: str) -> None:
        """Print a line above the bars."""
        _say(self._console, message)

    def step(self, name: str) -> None:
        """Begin a step of it."""
        self._bars.update(self._task, completed=self._begun, note=escape(name))
        self._begun += 1


def show(report: Report, console: Console) -> None:
    """Print what changed, and what became of the rest in a line each."""
    _show_changed(report, console)
    for each in report.failing[:ROWS_MAX]:
        missing = each.finding.missing[Side.HEAD]
        assert isinstance(missing, Failure)
        _say(console, f"{each.finding.case.name} fails at head:\n{missing.said}")
    for each in report.accepted[:ROWS_MAX]:
        assert each.acceptance
        _say(console, f"{each.finding.case.name} is accepted: {each.acceptance.reason}")
    for title, rulings in (
        ("undecided", report.unsure),
        ("not reached in time, or only counted", report.untimed),
        ("fail on both", report.failing_on_both),
        ("fail on base only", report.mended),
        ("new", report.new),
        ("gone", report.gone),
        ("skipped on both", report.skipped),
    ):
        if rulings:
            _say(console, f"{len(rulings)} {title}: {_some(rulings)}")
    if report.left_out:
        _say(console, f"{len(report.left_out)} not compared: see the report.")
    for package in report.packages[:NAMES_MAX]:
        _say(console, f"package {package.name}: {package.base or '–'} → {package.head or '–'}")
    for note in report.notes:
        _say(console, note)
    colour = "green" if report.status is Status.PASSED else "red"
    console.print(f"[bold {colour}]{escape(verdict_line(report))}[/]", highlight=False)


def _show_changed(report: Report, console: Console) -> None:
    if report.changed and console.width >= WIDTH_MIN:
        console.print(_table(report))
        return
    for each in report.changed[:ROWS_MAX]:
        _say(console, _lines(each, report))


def _table(report: Report) -> Table:
    table = Table(box=SIMPLE_HEAD)
    for name in ("", "benchmark", "base", "head", "change", "99 % interval", "pairs", "floor"):
        is_figure = name in {"base", "head", "change", "pairs", "floor"}
        table.add_column(name, justify="right" if is_figure else "left", overflow="fold")
    table.add_column("because", overflow="fold")
    table.add_column("asv")
    for each in report.changed[:ROWS_MAX]:
        table.add_row(*map(escape, _cells(each, report)), style=COLOURS[each.severity])
    return table


def _cells(ruling: Ruling, report: Report) -> tuple[str, ...]:
    found, name = ruling.decides.estimate, ruling.finding.case.name
    is_accepted = ruling.acceptance and ruling.severity is Severity.RED
    return (
        "accepted" if is_accepted else word(ruling),
        name,
        *before_and_after(ruling),
        percent(found.change) if found else "–",
        interval(found) if found and not ruling.finding.is_exact else "exact" if found else "–",
        str(found.pairs) if found else "–",
        floor(ruling),
        because(ruling),
        report.asv.get(name, "–"),
    )


def _lines(ruling: Ruling, report: Report) -> str:
    """Return a row for a terminal that is too narrow for the table, and for a log."""
    name, *rest = _cells(ruling, report)[1:]
    base, head, change, between, pairs, above, why, asv = rest
    return (
        f"{_cells(ruling, report)[0]}: {name}\n    {base} → {head}, {change} ({between}),"
        f" {pairs} pairs, floor {above}; {why or 'no counter moved'}; asv: {asv}"
    )


def _some(rulings: list[Ruling]) -> str:
    names = [each.finding.case.name for each in rulings[:NAMES_MAX]]
    more = f", … {len(rulings) - NAMES_MAX} more" if len(rulings) > NAMES_MAX else ""
    return ", ".join(names) + more


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
