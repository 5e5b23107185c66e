"""Tables of letta.html: the workflow, many clients, sustained load, the server's process."""

from html import escape
from typing import Final

from tracker.pages.tables import Column, table
from tracker.validation import figures
from tracker.validation.comparing import median_s
from tracker.validation.markdown import Judgement
from tracker.validation.names import (
    ARMS,
    HEADLINE,
    NOT_MCP,
    OPERATIONS,
    SHARING,
    arm_label,
    in_order,
    operation_label,
)
from tracker.validation.samples import Samples
from tracker.validation.wording import duration, number, times

WORKFLOWS: Final = ("dealer_workflow", "dealer_workflow_batch", "workflow_reads")


def workflow(judgement: Judgement) -> str:
    """Return how long the dealer workflow takes, call by call and as one batch."""
    samples = judgement.samples
    wanted = [row for row in samples.operations if row.operation in WORKFLOWS]
    operations = in_order((row.operation for row in wanted), OPERATIONS)
    rows = []
    for arm in in_order((row.arm for row in wanted), ARMS):
        cells = [_workflow_cell(judgement, operation, arm) for operation in operations]
        rows.append((escape(arm_label(arm)), *cells))
    columns = [
        Column("Arm"),
        *(Column(operation_label(each).partition(", ")[2], "number") for each in operations),
    ]
    caption = "Dealer workflow <small>· median, and the ratio to one SDK client</small>"
    return table(caption, columns, rows) if rows else ""


def _workflow_cell(judgement: Judgement, operation: str, arm: str) -> str:
    row = judgement.samples.timed(operation, arm)
    if row is None:
        return "–"
    if row.unavailable:
        return f"–<small>{escape(row.unavailable)}</small>"
    said = escape(duration(median_s(row)))
    estimate = judgement.comparisons.of(operation, arm, HEADLINE).estimate
    if estimate is None or estimate.low is None or estimate.high is None or arm in NOT_MCP:
        return said
    ends = f"{number(estimate.low)} to {number(estimate.high)}"
    return f"{said}<small>{escape(times(estimate.point))}, {ends}</small>"


def scaling(samples: Samples) -> str:
    """Return what so many clients at once get."""
    counts = sorted({row.clients for row in samples.scaling})
    loads = {
        (row.operation, row.arm, row.clients): figures.of_scaling(row) for row in samples.scaling
    }
    rows = []
    for operation in in_order((row.operation for row in samples.scaling), OPERATIONS):
        arms = (row.arm for row in samples.scaling if row.operation == operation)
        for arm in in_order(arms, ARMS):
            cells = [_load_cell(loads.get((operation, arm, count))) for count in counts]
            label = f"{escape(operation_label(operation))}<small>{escape(arm_label(arm))}</small>"
            rows.append((label, *cells))
    columns = [
        Column("Operation"),
        *(Column(f"{count} client{'s' if count > 1 else ''}", "number") for count in counts),
    ]
    caption = f"Clients at once <small>· median, and calls a second. {escape(SHARING)}</small>"
    return table(caption, columns, rows) if rows else ""


def _load_cell(load: figures.Load | None) -> str:
    if load is None:
        return "–"
    failed = f", {load.failures} failed" if load.failures else ""
    return f"{escape(duration(load.median_s))}<small>{number(load.a_second)}/s{failed}</small>"


def sustained(samples: Samples) -> str:
    """Return what a steady row of calls gets."""
    rows = []
    for row in samples.sustained:
        load = figures.of_sustained(row)
        arm = f"<small>{escape(arm_label(row.arm))}</small>"
        label = escape(operation_label(row.operation)) + arm
        rhythm = f"{row.duration_s:g} s<small>one each {row.interval_s:g} s</small>"
        cells = (rhythm, duration(load.median_s), duration(load.p95_s), str(load.failures))
        rows.append((label, *cells))
    columns = [Column("Operation"), Column("Load", "number"), Column("Median", "number"),
               Column("p95", "number"), Column("Failed", "number")]  # fmt: skip
    return table("Sustained load", columns, rows) if rows else ""


def processes(samples: Samples) -> str:
    """Return what the server processes took."""
    rows = []
    for row in samples.processes:
        cpu = figures.cpu_percent(row)
        steady = f"{number(figures.steady_mb(row))} MB" if row.rss_bytes else "–"
        peak = f"{number(row.peak_bytes / figures.MEGABYTE)} MB"
        share = "–" if cpu is None else f"{number(cpu)} %"
        rows.append((escape(arm_label(row.arm)), steady, peak, share, f"{row.operations:,}"))
    columns = [Column("Server of"), Column("Memory", "number"), Column("Peak", "number"),
               Column("Of one processor", "number"), Column("Calls", "number")]  # fmt: skip
    caption = "The server’s process <small>· not the driver’s</small>"
    return table(caption, columns, rows) if rows else ""
