"""The samples behind the latest point of each graph, where asv-tachyon looks for them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar, Protocol

from asv.publishing import OutputPublisher

from tracker import results
from tracker.pages.targets import Configuration
from tracker.results import Point


class Graph(Protocol):
    """What is read of one of asv's graphs."""

    path: str
    params: Mapping[str, str]


class Samples(OutputPublisher):
    """Writes `samples/…` beside `graphs/…`."""

    name: ClassVar[str] = "samples"
    button_label: ClassVar[str] = "Samples"
    description: ClassVar[str] = "The samples of each latest point"
    order: ClassVar[float] = 19

    @classmethod
    def publish(
        cls,
        conf: Configuration,
        repo: object,
        benchmarks: object,
        graphs: Iterable[tuple[str, Graph]],
        revisions: Mapping[str, int],
    ) -> None:
        """Write the files. asv calls this, once a publish."""
        latest = latest_samples(results.points(Path(conf.results_dir)), revisions)
        for path, graph in graphs:
            if "summary" in graph.params:
                continue
            key = (graph.params["machine"], graph.params["python"], Path(path).name)
            file = Path(conf.html_dir, path.replace("graphs", "samples", 1) + ".json")
            file.parent.mkdir(parents=True, exist_ok=True)
            # An empty answer, too: asv-tachyon asks for every graph, and a 404 is an error.
            file.write_text(json.dumps(latest.get(key, {})), "utf-8")


def latest_samples(
    points: Iterable[Point], revisions: Mapping[str, int]
) -> dict[tuple[str, str, str], dict[int, tuple[float, ...]]]:
    """Return, for each machine, Python and benchmark, the newest revision and its samples.

    Only of benchmarks without parameters: one graph shows many series, one file cannot.
    """
    newest: dict[tuple[str, str, str], dict[int, tuple[float, ...]]] = {}
    for point in sorted(points, key=lambda point: revisions.get(point.commit, -1)):
        if point.commit in revisions and not point.parameters and point.samples:
            key = (point.machine, point.python, point.benchmark)
            newest[key] = {revisions[point.commit]: point.samples}
    return newest
