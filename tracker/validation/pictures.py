"""The report as pictures: PNG files, drawn without a display and without a clock."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tracker.validation import figures
from tracker.validation.judging import Ruling
from tracker.validation.markdown import Judgement
from tracker.validation.names import (
    ARMS,
    HEADLINE,
    OPERATIONS,
    arm_label,
    in_order,
    operation_label,
)
from tracker.validation.samples import Samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#17202e"
SOFT: Final = "#586476"
LINE: Final = "#e3e7ed"
BAD: Final = "#b3213b"

COLOURS: Final[Mapping[str, str]] = {
    "sdk_cold": "#c3cad6",
    "sdk_new_client": "#93a0b4",
    "sdk": "#17202e",
    "sdk_async": "#4f5f78",
    "raw": "#c08a1e",
    "mcp_memory": "#7fc9bd",
    "mcp_stdio": "#0b7a70",
    "mcp_http": "#2c6fbb",
    "mcp_stdio_warm": "#7a4fb5",
    "letta_mcp_server": "#b3213b",
}
OTHER: Final = "#a8763e"
"""Of an arm that is not listed."""

STYLE: Final = {
    "font.size": 9, "text.color": INK, "axes.labelcolor": SOFT, "axes.edgecolor": LINE,
    "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
    "axes.axisbelow": True, "grid.color": LINE, "xtick.color": SOFT, "ytick.color": SOFT,
    "legend.frameon": False, "svg.hashsalt": "letta",
}  # fmt: skip

DPI: Final = 120
WIDE: Final = 120
"""An axis that spans more has room for powers of ten only."""
COLUMNS: Final = 3

Drawing = Callable[["Figure", Judgement], None]


def save(judgement: Judgement, folder: Path, prefix: str = "") -> list[str]:
    """Draw every picture that the samples have something for; return the names of the files."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    samples = judgement.samples
    drawings: Mapping[str, tuple[object, Drawing]] = {
        "ratios": (_ratio_rows(judgement), _draw_ratios),
        "latency": (samples.operations, _draw_latency),
        "scaling": (samples.scaling, _draw_scaling),
        "sustained": (samples.sustained, _draw_sustained),
        "memory": ([row for row in samples.processes if row.at_s], _draw_processes),
    }
    names = []
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]  # matplotlib lists its keys as literals
        for name, (rows, draw) in drawings.items():
            if not rows:
                continue
            figure = Figure(layout="constrained")
            draw(figure, judgement)
            figure.savefig(folder / f"{prefix}{name}.png", dpi=DPI, metadata={"Software": None})
            names.append(f"{prefix}{name}.png")
    return names


def _colour(arm: str) -> str:
    return COLOURS.get(arm, OTHER)


def _ratio_rows(judgement: Judgement) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Return, for each operation, the MCP arms with an estimate against one SDK client."""
    rows: dict[str, list[tuple[str, Any]]] = {}
    for comparison, estimate in judgement.comparisons.against(HEADLINE):
        rows.setdefault(comparison.operation, []).append((comparison.arm, estimate))
    return [(operation, rows[operation]) for operation in in_order(rows, OPERATIONS)]


def _draw_ratios(figure: "Figure", judgement: Judgement) -> None:
    rows = _ratio_rows(judgement)
    arms = in_order((arm for _, some in rows for arm, _ in some), ARMS)
    figure.set_size_inches(9, 1.6 + 0.13 * sum(len(some) + 2 for _, some in rows))
    axes = figure.add_subplot()
    at, ticks = 0.0, []
    claimed = _claimed(judgement.rulings)
    for operation, some in rows:
        top = at
        for arm, estimate in sorted(some, key=lambda pair: arms.index(pair[0])):
            ends = [[estimate.point - estimate.low], [estimate.high - estimate.point]]
            axes.errorbar(estimate.point, at, xerr=ends, fmt="o", ms=4, lw=2, color=_colour(arm))
            at += 1
        ticks.append(((top + at - 1) / 2, operation_label(operation)))
        if operation in claimed:
            axes.vlines(claimed[operation], top - 0.5, at - 0.5, color=INK, lw=2.2)
        at += 1.6
    axes.set_xscale("log")
    axes.axvline(1, color=SOFT, lw=1)
    axes.set_yticks([place for place, _ in ticks], [label for _, label in ticks])
    axes.set_ylim(at - 1, -1)
    axes.grid(visible=False, axis="y")
    _plain_ticks(axes.xaxis)
    axes.set_xlabel("times as fast as one long-lived SDK client, 95 % interval (1 = as fast)")
    axes.plot([], [], "|", color=INK, ms=11, mew=2.2, label="claimed")
    for arm in arms:
        axes.plot([], [], "o-", ms=4, lw=2, color=_colour(arm), label=arm_label(arm))
    _head(figure, judgement.samples, "How much faster is MCP than the SDK?", (axes,))


def _claimed(rulings: Iterable[Ruling]) -> dict[str, float]:
    return {
        ruling.claim.operation: ruling.claim.value
        for ruling in rulings
        if ruling.claim.kind == "ratio"
    }


def _draw_latency(figure: "Figure", judgement: Judgement) -> None:
    samples = judgement.samples
    operations = in_order((row.operation for row in samples.operations), OPERATIONS)
    lines = -(-len(operations) // COLUMNS)
    figure.set_size_inches(11, 1.2 + 2.1 * lines)
    grid = figure.subplots(lines, COLUMNS, squeeze=False).flat
    for axes, operation in zip(grid, operations, strict=False):
        axes.set_title(operation_label(operation))
        for arm in in_order(_arms_of(samples), ARMS):
            row = samples.timed(operation, arm)
            times = [1000 * second for second in row.seconds if second] if row else []
            if times:
                axes.ecdf(times, color=_colour(arm), lw=1.5, label=arm_label(arm))
        axes.set_xscale("log")
        axes.set_ylim(-0.02, 1.04)
        axes.set_yticks([0, 0.5, 0.95], ["0", "50 %", "95 %"])
        _plain_ticks(axes.xaxis)
    shown = figure.axes
    for axes in shown[len(operations) :]:
        axes.set_visible(False)
    _head(figure, samples, "Share of the calls that took at most so many ms", shown)


def _arms_of(samples: Samples) -> list[str]:
    return [row.arm for row in samples.operations]


def _draw_scaling(figure: "Figure", judgement: Judgement) -> None:
    samples = judgement.samples
    operations = in_order((row.operation for row in samples.scaling), OPERATIONS)
    clients = sorted({row.clients for row in samples.scaling})
    figure.set_size_inches(max(3.6 * len(operations), 7), 6)
    panels = figure.subplots(2, len(operations), squeeze=False, sharex=True)
    for column, operation in enumerate(operations):
        above, below = panels[0][column], panels[1][column]
        above.set_title(operation_label(operation))
        rows = [row for row in samples.scaling if row.operation == operation]
        for arm in in_order((row.arm for row in rows), ARMS):
            some = sorted((row for row in rows if row.arm == arm), key=lambda row: row.clients)
            loads = [(row.clients, figures.of_scaling(row)) for row in some]
            style = {"color": _colour(arm), "marker": "o", "ms": 4, "label": arm_label(arm)}
            medians = [(at, 1000 * load.median_s) for at, load in loads if load.median_s]
            if medians:
                above.plot(*zip(*medians, strict=True), **style)
            below.plot([at for at, _ in loads], [load.a_second for _, load in loads], **style)
        above.set_yscale("log")
        _plain_ticks(above.yaxis)
        below.set_ylim(bottom=0)
        below.set_xticks(clients, [str(count) for count in clients])
        below.set_xlabel("clients at once")
    panels[0][0].set_ylabel("median, ms")
    panels[1][0].set_ylabel("calls a second")
    _head(figure, samples, "Many clients at once", figure.axes)


def _draw_sustained(figure: "Figure", judgement: Judgement) -> None:
    samples = judgement.samples
    operations = in_order((row.operation for row in samples.sustained), OPERATIONS)
    figure.set_size_inches(9, 1.2 + 2.8 * len(operations))
    panels = figure.subplots(len(operations), 1, squeeze=False)
    for line, operation in enumerate(operations):
        axes = panels[line][0]
        axes.set_title(operation_label(operation))
        for row in samples.sustained:
            if row.operation != operation:
                continue
            pairs = [
                (at, 1000 * second)
                for at, second in zip(row.started_s, row.seconds, strict=True)
                if second is not None
            ]
            if pairs:
                style = {"color": _colour(row.arm), "label": arm_label(row.arm)}
                axes.plot(*zip(*pairs, strict=True), marker="o", ms=2.5, lw=1, **style)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("ms")
    panels[-1][0].set_xlabel("seconds since the start")
    _head(figure, samples, "A call at each interval, for a while", figure.axes)


def _draw_processes(figure: "Figure", judgement: Judgement) -> None:
    samples = judgement.samples
    figure.set_size_inches(9, 4.2)
    axes = figure.add_subplot()
    for row in samples.processes:
        memory = [count / figures.MEGABYTE for count in row.rss_bytes]
        axes.plot(row.at_s, memory, color=_colour(row.arm), lw=1.6, label=arm_label(row.arm))
    for ruling in judgement.rulings:
        if ruling.claim.kind == "memory":
            axes.axhline(ruling.claim.value, color=INK, lw=1.2, ls=(0, (4, 3)), label="claimed")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("resident memory, MB")
    axes.set_xlabel("seconds since the start")
    _head(figure, samples, "Memory of the server’s process", (axes,))


def _head(figure: "Figure", samples: Samples, title: str, panels: "Iterable[Axes]") -> None:
    """Put the title and one legend for all panels above them."""
    figure.suptitle(f"{title}\n", x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    commit = samples.commit[:8]
    figure.text(0.99, 0.995, f"{samples.backend.title} · {commit}", ha="right", va="top",
                color=SOFT, fontsize=8)  # fmt: skip
    known: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            known.setdefault(label, handle)
    order = ["claimed", *ARMS.values()]
    labels = sorted(known, key=lambda label: order.index(label) if label in order else len(order))
    figure.legend([known[label] for label in labels], labels, loc="outside lower center",
                  ncols=min(len(labels), 5))  # fmt: skip


def _plain_ticks(axis: Any) -> None:  # noqa: ANN401  an XAxis or a YAxis, with nothing in common
    """Write 0.5, 1, 20 and not powers of ten, and no more of them than fit."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = axis.get_view_interval()
    subs = (1.0, 2.0, 5.0) if high < WIDE * low else (1.0,)
    axis.set_major_locator(LogLocator(base=10, subs=subs, numticks=8))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
