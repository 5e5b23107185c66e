"""asv's files → our rows: the one module that knows how asv lays out its results."""

import gc
import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from asv.benchmarks import Benchmarks
from asv.results import Results
from asv.util import UserError, load_json

from tracker.result_files import files_of, result_files

SAMPLES_MIN: Final = 8
"""From so many samples on, the order statistics of a sample bound its median with 99 %. Of fewer
asv assumes a distribution, and a duration may come out as between -16 and 24 ms."""


Stamp: TypeAlias = tuple[tuple[str, int, int], ...]
"""Of a folder: each file, when it was written, its size."""

_kept: dict[Path, tuple[Stamp, list["Point"]]] = {}


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
    calls: int = 1
    """Of how many calls each sample is the mean."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of one commit left in its results file."""

    ran: int
    """Benchmarks that were started; 0 when the commit could not be installed."""
    failed: tuple[str, ...]
    """Benchmarks without a single figure. A skipped one has not failed."""


def full_name(benchmark: str, parameters: Sequence[str]) -> str:
    """Return a name as asv prints it: `recall.ByQuery.time_retrieve(10000, 'hybrid')`."""
    return f"{benchmark}({', '.join(parameters)})" if parameters else benchmark


def measured_commits(results_dir: Path, machine: str) -> set[str]:
    """Return the commits that have a figure, or a failure that would only repeat itself."""
    files = (_load(file) for file in result_files(results_dir, machine))
    return {results.commit_hash for results in files if results and _outcome(results).ran}


def outcome(
    results_dir: Path, machine: str, commit: str, names: Collection[str] | None = None
) -> Outcome | None:
    """Return what became of a commit, or of these benchmarks of it; None when asv wrote nothing."""
    results = whole_file(results_dir, machine, commit)
    return _outcome(results, names) if results else None


def names(results_dir: Path, pattern: str) -> list[str]:
    """Return the benchmarks whose name `pattern` is found in, as of when asv last looked."""
    return sorted(name for name in _benchmarks(results_dir) if re.search(pattern, name))


def lacking(results_dir: Path, machine: str, pattern: str) -> dict[str, list[str]]:
    """Return the benchmarks that each commit with results has no row of, by full hash.

    Only those whose name `pattern` is found in, and a row of another version is none. A row may
    say that the benchmark failed, or was skipped.
    """
    benchmarks = _benchmarks(results_dir)
    wanted = names(results_dir, pattern)
    lacks: dict[str, list[str]] = {}
    for file in result_files(results_dir, machine):
        if results := _load(file):
            known = results.get_result_keys(benchmarks)
            lacks[results.commit_hash] = [name for name in wanted if name not in known]
    return {commit: some for commit, some in lacks.items() if some}


def points(results_dir: Path) -> list[Point]:
    """Return every figure that the benchmarks, as they are now, have left.

    All pages of a publish ask for the same: what was read is kept until a file changes, or
    `forget_points` is called.
    """
    stamp = _stamp(results_dir)
    kept = _kept.get(results_dir)
    if kept is None or kept[0] != stamp:
        _kept.clear()  # one folder at a time: these may be a million figures
        kept = _kept[results_dir] = stamp, _read_points(results_dir)
    return list(kept[1])


def forget_points() -> None:
    """Let go of what `points` has read."""
    _kept.clear()


def newest_first(points: Iterable[Point], machine: str, revisions: Mapping[str, int]) -> list[str]:
    """Return the commits measured on a machine that are on the branch, the newest first."""
    commits = {point.commit for point in points if point.machine == machine}
    return sorted(commits & revisions.keys(), key=revisions.__getitem__, reverse=True)


def whole_file(results_dir: Path, machine: str, commit: str) -> Results | None:
    """Return all that asv kept of a commit; None when that is nothing, or torn."""
    loaded = map(_load, files_of(results_dir, machine, commit))
    return next((results for results in loaded if results), None)


def _stamp(results_dir: Path) -> Stamp:
    files = (results_dir / "benchmarks.json", *result_files(results_dir))
    there = ((str(file), file.stat()) for file in files if file.is_file())
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in there)


def _read_points(results_dir: Path) -> list[Point]:
    benchmarks = _benchmarks(results_dir)
    loaded = (_load(file) for file in result_files(results_dir))
    with _without_collector():
        return [point for results in loaded if results for point in _points(results, benchmarks)]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Make no search for garbage: it takes a third of the time, and new figures are none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def more_is_better(results_dir: Path) -> frozenset[str]:
    """Return the benchmarks of which a larger figure is the better one."""
    # asv says nothing of most: it takes less for better.
    return frozenset(
        name
        for name, about in _benchmarks(results_dir).items()
        if about.get("less_is_better") is False
    )


def _benchmarks(results_dir: Path) -> dict[str, Any]:
    """Return what asv found when it last looked, by name."""
    try:
        found = load_json(str(results_dir / "benchmarks.json"), Benchmarks.api_version)
    except UserError:
        return {}
    return {name: about for name, about in found.items() if isinstance(about, dict)}


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
                calls=(stats or {}).get("number") or 1,
            )


def _interval(stats: Mapping[str, float]) -> tuple[float | None, float | None]:
    if stats.get("repeat", 0) >= SAMPLES_MIN:
        return stats.get("ci_99_a"), stats.get("ci_99_b")
    return stats.get("q_25"), stats.get("q_75")


def _outcome(results: Results, only: Collection[str] | None = None) -> Outcome:
    names = [name for name in results.get_all_result_keys() if only is None or name in only]
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
