"""Verdicts and agreements as tables on a terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tracker.validation.agreement import Agreement
from tracker.validation.bootstrap import Estimate
from tracker.validation.explaining import naive, summary, why
from tracker.validation.judging import FAILED, Verdict
from tracker.validation.markdown import Judgement, origin
from tracker.validation.names import arm_label, operation_label
from tracker.validation.wording import figure, interval, number, times

COLOURS = {Verdict.HOLDS: "green", **dict.fromkeys(FAILED, "red")}


def show(judgement: Judgement, console: Console) -> None:
    """Print what became of each claim, and why."""
    table = Table(caption=origin(judgement.samples), caption_justify="left", box=SIMPLE_HEAD)
    for name in ("claim", "claimed", "measured", "95 % interval", "arm", "verdict"):
        is_figure = name in {"measured", "95 % interval"}
        table.add_column(name, justify="right" if is_figure else "left")
    for ruling in judgement.rulings:
        claim, estimate = ruling.claim, ruling.finding.estimate
        colour = COLOURS.get(ruling.verdict, "yellow")
        table.add_row(
            claim.name,
            claim.text,
            figure(claim, estimate),
            interval(claim, estimate) or "–",
            arm_label(ruling.finding.arm),
            f"[{colour}]{ruling.verdict.value}[/]",
        )
    console.print(table)
    for ruling in judgement.headline:
        said = " ".join(part for part in (why(ruling), naive(ruling)) if part)
        console.print(f"{ruling.claim.name}: {said}", markup=False, highlight=False)
    console.print(f"\n{summary(judgement.rulings)}", highlight=False)


def show_agreement(rows: Sequence[Agreement], names: tuple[str, str], console: Console) -> None:
    """Print each ratio as two runs have it, what disagrees first."""
    table = Table(box=SIMPLE_HEAD)
    for name in ("operation", "arm", *names, "intervals"):
        table.add_column(name, justify="right" if name in names else "left")
    for row in sorted(rows, key=lambda row: row.agrees):
        said = "[green]overlap[/]" if row.agrees else "[red]apart[/]"
        cells = (operation_label(row.operation), arm_label(row.arm))
        table.add_row(*cells, _ratio(row.one), _ratio(row.other), said)
    console.print(table)
    agreeing = sum(row.agrees for row in rows)
    console.print(f"{agreeing} of {len(rows)} ratios agree.", highlight=False)


def _ratio(estimate: Estimate) -> str:
    assert estimate.low is not None
    assert estimate.high is not None
    return f"{times(estimate.point)} ({number(estimate.low)} to {number(estimate.high)})"
