"""What happened when a commit was measured: when, how long, what failed, what was skipped."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final

from asv.results import Results

from tracker.results import full_name, whole_file

SLOWEST: Final = 5
"""As many are named as what took the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One commit on one machine; a name with its parameters is one figure."""

    machine: str
    commit: str
    python: str
    committed: datetime
    began: datetime | None
    """When the first benchmark was started; None when none was."""
    duration_s: float
    """Of all benchmarks and what they set up; installing is not known."""
    slowest: tuple[tuple[str, float], ...]
    """Benchmarks and setups that took the longest, with their seconds."""
    figures: int
    failed: tuple[str, ...]
    skipped: tuple[str, ...]


def runs(results_dir: Path, machine: str, commits: Iterable[str]) -> list[Run]:
    """Return the runs of these commits, in their order; one without results is left out."""
    found = (whole_file(results_dir, machine, commit) for commit in commits)
    return [_run(results) for results in found if results]


def _run(results: Results) -> Run:
    durations = {name: took for name, took in results.duration.items() if took is not None}
    slowest = sorted(durations.items(), key=lambda item: item[1], reverse=True)[:SLOWEST]
    started = [_moment(each) for each in results.started_at.values() if each]
    figures, failed, skipped = _outcomes(results)
    return Run(
        machine=results.params["machine"],
        commit=results.commit_hash,
        python=results.params["python"],
        committed=_moment(results.date),
        began=min(started, default=None),
        duration_s=sum(durations.values()),
        slowest=tuple(slowest),
        figures=figures,
        failed=tuple(failed),
        skipped=tuple(skipped),
    )


def _outcomes(results: Results) -> tuple[int, list[str], list[str]]:
    figures, failed, skipped = 0, list[str](), list[str]()
    for name in sorted(results.get_all_result_keys()):
        params = results.get_result_params(name)
        values = results.get_result_value(name, params)
        for parameters, value in zip(product(*params), values, strict=True):
            if value is None:
                failed.append(full_name(name, parameters))
            elif math.isnan(value):
                skipped.append(full_name(name, parameters))
            else:
                figures += 1
    return figures, failed, skipped


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
