"""docs/peers.png: how many times as good ours is, on a logarithmic scale."""

from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.peers.figures import FIGURES, Pairing, judged, ours_by, peers
from tracker.peers.samples import Row, Samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK: Final = "#17202e"
SOFT: Final = "#586476"
LINE: Final = "#e3e7ed"
PAPER: Final = "#ffffff"
"""The picture brings its own ground, so it reads on a dark page, too."""

BEHIND: Final = "#fbe9e7"

COLOURS: Final = ("#0b7a70", "#2c6fbb", "#c08a1e", "#7a4fb5", "#b3213b", "#4f5f78", "#a8763e")

STYLE: Final = {
    "font.size": 9, "text.color": INK, "axes.labelcolor": SOFT, "axes.edgecolor": LINE,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "grid.color": LINE, "xtick.color": SOFT, "ytick.color": INK, "legend.frameon": False,
    "figure.facecolor": PAPER, "axes.facecolor": PAPER,
}  # fmt: skip

DPI: Final = 120

SPREAD: Final = 0.6
"""Of the height of a line: so far apart are the servers in it."""


def draw(samples: Samples, file: Path) -> None:
    """Draw a dot with its interval for each figure and server.

    First beside ours as it comes; and where others find in a way that is less work, once more
    beside ours at that same work.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Picture

    samples = judged(samples)
    shown = peers(samples)
    panels: dict[str, list[tuple[Row | None, Row]]] = {
        "beside ours as it comes": [(ours_by(samples, "meaning"), peer) for peer in shown],
        "beside ours doing only what they do": [
            (ours, peer)
            for peer in shown
            if peer.finds_by != "meaning" and (ours := ours_by(samples, peer.finds_by))
        ],
    }
    panels = {title: pairs for title, pairs in panels.items() if pairs}
    colour_of = {peer.name: COLOURS[at % len(COLOURS)] for at, peer in enumerate(shown)}
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]  # matplotlib lists its keys as literals
        size = (4.0 + 4.5 * len(panels), 0.36 * len(FIGURES) + 1.8)
        picture = Picture(figsize=size, layout="constrained")
        for number, (title, pairs) in enumerate(panels.items()):
            axes = picture.add_subplot(1, len(panels), number + 1)
            _panel(axes, title, [(ours, peer, colour_of[peer.name]) for ours, peer in pairs])
            axes.tick_params(labelleft=number == 0)
        picture.supxlabel(
            "how many times as good ours is; left of 1 it is behind", color=SOFT, size="medium"
        )
        dots = picture.axes[0].get_legend_handles_labels() if panels else ([], [])
        picture.legend(*dots, loc="outside upper left", ncols=3)
        picture.savefig(file, dpi=DPI, metadata={"Software": None})


def _panel(axes: "Axes", title: str, pairs: Sequence[tuple[Row | None, Row, str]]) -> None:
    """Draw one of ours beside others, each in its colour."""
    for number, (ours, peer, colour) in enumerate(pairs):
        shift = SPREAD * ((number + 0.5) / len(pairs) - 0.5)
        _dots(axes, ours, peer, (shift, colour))
    axes.set_xscale("log")
    axes.set_yticks(range(len(FIGURES)), [each.label.replace("`", "") for each in FIGURES])
    axes.set_ylim(len(FIGURES) - 0.5, -0.5)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.5), max(high, 2.0))
    axes.axvspan(axes.get_xlim()[0], 1, color=BEHIND, lw=0, zorder=0)
    axes.axvline(1, color=SOFT, lw=1)
    axes.grid(visible=True, axis="x")
    axes.set_title(title, loc="left", size="medium")
    _plain_ticks(axes)


def _dots(axes: "Axes", ours: Row | None, peer: Row, look: tuple[float, str]) -> None:
    """Draw the dots of a server, a little above or below the line, in its colour."""
    shift, colour = look
    found = (
        [(at, Pairing(ours, peer).times(each)) for at, each in enumerate(FIGURES)] if ours else []
    )
    shown = [(at + shift, times) for at, times in found if times and 0 < times.point < inf]
    for at, times in shown:
        if times.ends and min(times.ends) > 0 and max(times.ends) < inf:
            axes.plot(times.ends, (at, at), color=colour, lw=1.2, solid_capstyle="butt")
    if shown:
        ratios = [times.point for _, times in shown]
        heights = [at for at, _ in shown]
        axes.plot(ratios, heights, "o", markersize=5, color=colour, label=peer.title)


def _plain_ticks(axes: "Axes") -> None:
    """Write 0.1, 1, 100 and not powers of ten."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
