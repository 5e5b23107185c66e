"""The labelled series as pictures: PNG files, drawn without a display and without a clock."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tracker.evaluation import series
from tracker.evaluation.series import GROUPS, Labelled
from tracker.evaluation.series_rivals import ours
from tracker.evaluation.series_scoring import SIZES

COLOURS: Final = {
    "ours": "#0b7a70",
    "ours, confirmed (simulated, 1.6 % a pair)": "#7fc9bd",
    "asv, steps": "#c08a1e",
    "PELT rbf": "#2c6fbb",
}
INK: Final = "#17202e"
DPI: Final = 110

WORDS: Final = {
    "evaluation-families.png": "F1 by family of noise, ours beside asv's",
    "evaluation-sizes.png": "Recall by the size of the step",
    "evaluation-gallery.png": "Series with what was planted (dashed) and what was found (solid)",
}
"""Picture → what it shows."""

GALLERY: Final = ("syn:gauss3", "syn:bimodal", "syn:outliers", "wild:json:nrm")


def save(figures: Mapping[str, Any], folder: Path) -> None:
    """Draw all pictures into a folder."""
    _families(figures["detectors"], folder)
    _sizes(figures["detectors"], folder)
    _gallery(series.read(series.DEFAULT), folder)


def _families(detectors: Mapping[str, Any], folder: Path) -> None:
    from matplotlib.figure import Figure

    families = [
        part for part in detectors["ours"] if part.startswith("syn:") or part.endswith(":nrm")
    ]
    figure = Figure(figsize=(8, 4.2), layout="constrained")
    axes = figure.add_subplot()
    width = 0.8 / len(COLOURS)
    for place, (name, colour) in enumerate(COLOURS.items()):
        values = [detectors[name][family]["both"]["f1"] for family in families]
        at = [spot + place * width for spot in range(len(families))]
        axes.bar(at, values, width, color=colour, label=name)
    axes.set_xticks(
        [spot + 0.3 for spot in range(len(families))], families, rotation=40, ha="right"
    )
    axes.set(ylim=(0, 1.05), ylabel="F1")
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=8)
    figure.savefig(folder / "evaluation-families.png", dpi=DPI, metadata={"Software": None})


def _sizes(detectors: Mapping[str, Any], folder: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    for place, group in enumerate(GROUPS[:2]):
        axes = figure.add_subplot(1, 2, place + 1)
        for name, colour in COLOURS.items():
            found = detectors[name][group]["both"]["recall_by_size"]
            there = [size for size in SIZES if str(size) in found]
            axes.plot(
                range(len(there)), [found[str(s)] for s in there], "o-", color=colour, label=name
            )
            axes.set_xticks(range(len(there)), [f"{size} %" for size in there])
        axes.set(ylim=(-0.02, 1.05), title=group, xlabel="size of the step", ylabel="recall")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    figure.savefig(folder / "evaluation-sizes.png", dpi=DPI, metadata={"Software": None})


def _gallery(labelled: list[Labelled], folder: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), layout="constrained")
    for row, family in enumerate(GALLERY):
        some = [one for one in labelled if one.family == family and one.events]
        for column, one in enumerate((some[len(some) // 2], some[-1])):
            axes = figure.add_subplot(len(GALLERY), 2, 2 * row + column + 1)
            axes.plot(one.figures, ".", markersize=3, color=INK)
            for event in one.events:
                axes.axvline(event.index - 0.5, color="#b3213b", linestyle="--", linewidth=1)
            for flag in ours(one.figures):
                axes.axvline(flag.index - 0.5, color="#0b7a70", linewidth=2, alpha=0.6)
            axes.set_title(family, fontsize=8, loc="left")
            axes.set_yticks([])
    figure.savefig(folder / "evaluation-gallery.png", dpi=DPI, metadata={"Software": None})
