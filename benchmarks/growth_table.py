"""`python -m benchmarks.growth`: how it grows from a thousand texts to a million.

Each size is measured in processes of its own: one fills a folder, one has no index to load and
makes it, one loads it. Prints a table; writes the figures, and a chart of them.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeAlias

Figures: TypeAlias = dict[str, float]

SIZES: Final = "1000,10000,100000"
CALLS: Final = 100
WARM: Final = 5

COLUMNS: Final[Mapping[str, tuple[str, float]]] = {
    "retrieve_s": ("hybrid retrieve, ms", 1e3),
    "vectors_s": ("vectors of it, ms", 1e3),
    "store_s": ("store, ms", 1e3),
    "recall": ("recall@10", 1),
    "recall_strict": ("recall@10 of 10", 1),
    "ready_bytes": ("memory ready, MB", 1e-6),
    "made_bytes": ("memory making it, MB", 1e-6),
    "load_s": ("first answer, kept, ms", 1e3),
    "load_anew_s": ("first answer, anew, ms", 1e3),
    "made_s": ("index made in, s", 1),
    "kept_bytes": ("kept on disk, MB", 1e-6),
    "filled_s": ("filled in, s", 1),
}
"""What is shown of each size, and in what unit: a name, and what the figure is multiplied by."""


def main() -> int:
    """Measure the sizes that are asked for, or take one step of one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help=f"how many texts; {SIZES} if not said")
    parser.add_argument("--out", type=Path, help="file for the figures, as JSON")
    parser.add_argument("--chart", type=Path, help="file for the chart, a PNG")
    parser.add_argument("--folder", type=Path, help="for the data; gigabytes, for a million")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    if given.step:
        print(json.dumps(STEPS[given.step](given.folder, sizes[0])))
        return 0
    figures: dict[int, Figures] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="growth-", dir=given.folder) as folder:
            figures[size] = _measured(Path(folder), size)
        print(table(figures), flush=True)
        # After each size: the largest takes the longest, and may be interrupted.
        if given.out:
            given.out.write_text(json.dumps(figures, indent=1) + "\n", "ascii")
        if given.chart:
            draw(figures, given.chart)
    return 0


def table(figures: Mapping[int, Figures]) -> str:
    """Return the figures as a table in Markdown, a row a size."""
    shown = [key for key in COLUMNS if any(key in one for one in figures.values())]
    rows = [["texts", *(COLUMNS[key][0] for key in shown)], ["--:"] * (len(shown) + 1)]
    for size, one in figures.items():
        cells = [f"{one[key] * COLUMNS[key][1]:.3g}" if key in one else "–" for key in shown]
        rows.append([f"{size:,}", *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _measured(folder: Path, size: int) -> Figures:
    figures: Figures = {}
    for step in STEPS:
        command = [sys.executable, "-m", "benchmarks.growth", "--step", step]
        command += ["--sizes", str(size), "--folder", str(folder)]
        # As asv runs the suite, and as the server does by itself.
        run = subprocess.run(
            command,
            env=dict(os.environ) | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
            stdout=subprocess.PIPE,
            check=True,
        )
        figures |= json.loads(run.stdout)
    return figures


def _fill(folder: Path, size: int) -> Figures:
    from benchmarks.filling import fill

    began = time.perf_counter()
    fill(folder, size)
    return {"filled_s": time.perf_counter() - began}


def _make(folder: Path, size: int) -> Figures:
    """Open the folder without an index that was kept; wait until there is one, where there is."""
    from benchmarks.filling import make_ready
    from benchmarks.growth import TOOL
    from benchmarks.in_process import Server

    with Server(folder) as server:
        import faiss  # noqa: F401

        began = time.perf_counter()
        server.call(TOOL, action="retrieve", query="anything", mode="semantic")
        loaded = time.perf_counter()
        make_ready(server)
        made = time.perf_counter()
    kept = sum(file.stat().st_size for file in folder.glob("index-*"))
    figures = {"load_anew_s": loaded - began, "made_bytes": _peak_bytes()}
    return figures | ({"made_s": made - loaded, "kept_bytes": kept} if kept else {})


def _use(folder: Path, size: int) -> Figures:
    """Open it as it was left; ask, store, and hold what is found against the truth."""
    from benchmarks.growth import CANDIDATES, TOOL, recall_at_10
    from benchmarks.in_process import Server
    from benchmarks.workload import queries, texts

    asked = iter(queries(3 * CALLS))
    with Server(folder) as server:
        import faiss  # noqa: F401

        began = time.perf_counter()
        server.call(TOOL, action="retrieve", query=next(asked), mode="semantic")
        figures = {"load_s": time.perf_counter() - began}

        def retrieve() -> None:
            server.call(TOOL, action="retrieve", query=next(asked), top_k=10)

        figures["retrieve_s"] = _middle(retrieve, CALLS)
        figures["ready_bytes"] = _peak_bytes()
        figures["vectors_s"] = _vectors_s(server)
        figures["recall"] = recall_at_10(server, size, CANDIDATES)
        figures["recall_strict"] = recall_at_10(server, size, 10)
        fresh = texts(CALLS, first=10 * size)

        def store() -> None:
            name, content = next(fresh)
            server.call(TOOL, action="store", file_name=name, content=content)

        figures["store_s"] = _middle(store, CALLS)
    return figures


def _vectors_s(server: Any) -> float:  # noqa: ANN401  a `Server`, not imported at the top
    """Return how long it takes to find the candidates by their vectors alone."""
    from benchmarks.filling import PROJECT, questions, view_of
    from benchmarks.growth import CANDIDATES
    from ltmc_server.embedding.hashing import HashingEmbedder
    from ltmc_server.model import Scope

    view, model, asked = view_of(server), HashingEmbedder().model, iter(questions(CALLS))

    def nearest() -> None:
        near = view.nearest(next(asked), Scope(project_id=PROJECT), limit=CANDIDATES, model=model)
        server.run(near)

    return _middle(nearest, CALLS)


def _middle(work: Callable[[], None], calls: int) -> float:
    """Return the median of the seconds that a call takes, without the first few."""
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took[WARM:])


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


STEPS: Final[Mapping[str, Callable[[Path, int], Figures]]] = {
    "fill": _fill,
    "make": _make,
    "use": _use,
}


def draw(figures: Mapping[int, Figures], file: Path) -> None:
    """Draw how time, recall and memory go with the number of texts."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    panels = (
        ("ms a call, the median", ("retrieve_s", "vectors_s", "store_s"), True),
        ("ms until the first answer", ("load_s", "load_anew_s"), True),
        ("share of the ten nearest found", ("recall", "recall_strict"), False),
        ("MB, at the most", ("ready_bytes", "made_bytes"), True),
    )
    for place, (title, keys, is_log) in enumerate(panels):
        axes = figure.add_subplot(2, 2, place + 1)
        for key in keys:
            name, factor = COLUMNS[key]
            there = {size: one[key] * factor for size, one in figures.items() if key in one}
            label = name.rpartition(",")[0] or name
            axes.plot(list(there), list(there.values()), "o-", label=label)
        axes.set(xscale="log", title=title, xlabel="texts")
        if is_log:
            axes.set(yscale="log")
        else:
            axes.set(ylim=(0.9, 1.005))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize=8)
    figure.savefig(file, dpi=110, metadata={"Software": None})
