"""The picture of docs/retrieval.md: how many of the right texts are found, by kind of question."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.labelled.asking import MODES

COLOURS: Final = ("#3d5a80", "#98c1d9", "#ee9b5f")


def draw(figures: Mapping[str, Mapping[str, Mapping[str, float]]], file: Path) -> None:
    """Draw a bar a mode for every kind of every set, as `table.figures` gives them."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    kinds = [(name, kind) for name, by_kind in figures.items() for kind in by_kind]
    picture, axes = plt.subplots(figsize=(9, 0.42 * len(kinds) + 1.2), layout="constrained")
    for shift, (mode, colour) in enumerate(zip(MODES, COLOURS, strict=True)):
        places = [at + 0.27 * (shift - 1) for at in range(len(kinds))]
        widths = [figures[name][kind][mode] for name, kind in kinds]
        axes.barh(places, widths, height=0.25, color=colour, label=mode)
    axes.set_yticks(range(len(kinds)), [f"{name}: {kind}" for name, kind in kinds])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("recall@5: how many of the right texts are among the first five")
    axes.spines[["top", "right"]].set_visible(False)
    picture.legend(loc="outside upper right", ncols=3, frameon=False)
    picture.savefig(file, dpi=110)
