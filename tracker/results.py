"""asv's files → our rows: the one module that knows how asv lays out its results."""

import itertools
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from asv.benchmarks import Benchmarks
from asv.results import Results
from asv.util import UserError, load_json

NOT_RESULTS: Final = frozenset({"machine.json", "benchmarks.json"})

LETTA: Final = "letta"
"""Beside the machines: samples of the comparison with Letta, which are no files of asv's."""

SAMPLES_MIN: Final = 8
"""From so many samples on, the order statistics of a sample bound its median with 99 %. Of fewer
asv assumes a distribution, and a duration may come out as between -16 and 24 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One benchmark, with one combination of parameters, at one commit, on one machine."""

    machine: str
    python: str
    commit: str
    benchmark: str
    parameters: tuple[str, ...]
    """As asv tells parameters apart: the `repr` of each."""
    unit: str
    value: float | None
    """The median of the samples; None when the benchmark failed."""
    low: float | None
    high: float | None
    """The 99 % confidence interval of the median, or the quartiles; None for a single figure."""
    samples: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of one commit left in its results file."""

    ran: int
    """Benchmarks that were started; 0 when the commit could not be installed."""
    failed: tuple[str, ...]
    """Benchmarks without a single figure. A skipped one has not failed."""


def result_files(results_dir: Path, machine: str = "*") -> Iterator[Path]:
    """Return the files of results, in a steady order."""
    for file in sorted(results_dir.glob(f"{machine}/*.json")):
        if file.name not in NOT_RESULTS and file.parent.name != LETTA:
            yield file


def discard_torn(results_dir: Path, machine: str) -> list[str]:
    """Delete results that a killed asv left half written; return their names.

    asv writes a file once, when the commit is done, but not in one step.
    """
    torn = [file for file in result_files(results_dir, machine) if not _is_json(file)]
    for file in torn:
        file.unlink()
    return [file.name for file in torn]


def measured_commits(results_dir: Path, machine: str) -> set[str]:
    """Return the commits that have a figure, or a failure that would only repeat itself."""
    files = (_load(file) for file in result_files(results_dir, machine))
    return {results.commit_hash for results in files if results and _outcome(results).ran}


def outcome(results_dir: Path, machine: str, commit: str) -> Outcome | None:
    """Return what became of a commit; None when asv wrote nothing about it."""
    for file in result_files(results_dir, machine):
        if commit.startswith(file.name.split("-")[0]) and (results := _load(file)):
            return _outcome(results)
    return None


def forget(results_dir: Path, machine: str, commit: str) -> None:
    """Delete the results of a commit, so that the next run measures it again."""
    for file in result_files(results_dir, machine):
        if commit.startswith(file.name.split("-")[0]):
            file.unlink()


def round_samples(results_dir: Path, machine: str, commit: str) -> None:
    """Keep four digits of each sample: more is noise, and the files are committed.

    asv writes all seventeen, which makes the file of a commit three times as long.
    """
    for file in results_dir.glob(f"{machine}/{commit[:8]}-*.json"):
        content = json.loads(file.read_text("utf-8"))
        if "samples" not in content["result_columns"]:
            continue
        column = content["result_columns"].index("samples")
        for row in content["results"].values():
            if len(row) > column and row[column]:
                row[column] = [
                    some and [float(f"{sample:.4g}") for sample in some] for some in row[column]
                ]
        rounded = file.with_suffix(".rounded")
        rounded.write_text(json.dumps(content, separators=(",", ":")), "utf-8")
        rounded.replace(file)


def points(results_dir: Path) -> list[Point]:
    """Return every figure that the benchmarks, as they are now, have left."""
    try:
        benchmarks = load_json(str(results_dir / "benchmarks.json"), Benchmarks.api_version)
    except UserError:
        return []
    loaded = (_load(file) for file in result_files(results_dir))
    return [point for results in loaded if results for point in _points(results, benchmarks)]


def sample_counts(file: Path) -> list[tuple[int, int]]:
    """Return, for each timed figure in a file, its number of samples and of calls per sample."""
    results = _load(file)
    if results is None:
        return []
    every = (
        results.get_result_stats(name, results.get_result_params(name))
        for name in results.get_all_result_keys()
        if name.rsplit(".", 1)[-1].startswith("time")
    )
    return [
        (stats["repeat"], stats["number"])
        for figures in every
        for stats in figures
        if stats and "repeat" in stats
    ]


def _points(results: Results, benchmarks: Mapping[str, Any]) -> Iterator[Point]:
    # asv leaves out a result whose benchmark has another version now: it is another series.
    for name in sorted(results.get_result_keys(benchmarks)):
        params = benchmarks[name]["params"]
        rows = zip(
            itertools.product(*params),
            results.get_result_value(name, params),
            results.get_result_stats(name, params),
            results.get_result_samples(name, params),
            strict=True,
        )
        for parameters, value, stats, samples in rows:
            if value is not None and math.isnan(value):
                continue  # skipped
            low, high = _interval(stats or {})
            yield Point(
                machine=results.params["machine"],
                python=results.params["python"],
                commit=results.commit_hash,
                benchmark=name,
                parameters=tuple(parameters),
                unit=benchmarks[name].get("unit", ""),
                value=value,
                low=low,
                high=high,
                samples=tuple(samples or ()),
            )


def _interval(stats: Mapping[str, float]) -> tuple[float | None, float | None]:
    if stats.get("repeat", 0) >= SAMPLES_MIN:
        return stats.get("ci_99_a"), stats.get("ci_99_b")
    return stats.get("q_25"), stats.get("q_75")


def _outcome(results: Results) -> Outcome:
    names = list(results.get_all_result_keys())
    # asv notes a duration for what it started, and none for what it gave up before.
    ran = sum(results.duration.get(name) is not None for name in names)
    failed = tuple(
        name
        for name in names
        if all(
            value is None
            for value in results.get_result_value(name, results.get_result_params(name))
        )
    )
    return Outcome(ran, failed)


def _load(file: Path) -> Results | None:
    try:
        return Results.load(str(file))
    except UserError:
        return None


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_text("utf-8"))
    except ValueError:
        return False
    return True
