"""Series → moves: which levels changed, which of them count as known, which came back."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from tracker.events import counts
from tracker.events.model import Change, Kind, Move, Status
from tracker.series import Series

TIMED_UNITS: Final = frozenset({"seconds", "ms"})
"""What goes up and down with the load of the machine."""

MENDED: Final = 0.05
"""A time is back when it is within this share of what it was."""

Detector = Callable[[Sequence[float]], list[Change]]


def of_series(
    series: Series, detect: Detector, runs: Mapping[str, float], *, more_is_better: bool
) -> list[Move]:
    """Return what happened to one series, oldest first.

    Args:
        series: whose figures.
        detect: finds changes in what varies.
        runs: as `speed_of_runs` gives them; what all times of a run share is not the commit's.
        more_is_better: whether a larger figure is the better one.
    """
    floor = counts.floor_of(series.unit)
    searched = figures_to_search(series, runs)
    counted = searched is None
    found = counts.changes(_values(series), floor) if searched is None else detect(searched)
    moves = [
        Move(
            series=series,
            change=change,
            is_worse=(change.after > change.before) != more_is_better,
            status=Status.COUNTED if counted else Status.SUSPECT,
        )
        for change in found
        if change.after != change.before
    ]
    return _with_recoveries(moves, floor if counted else MENDED)


def figures_to_search(series: Series, runs: Mapping[str, float]) -> list[float] | None:
    """Return what the detector is to search: figures without what their runs share; None: a count.

    A count that is restless is none.
    """
    values = _values(series)
    if series.is_exact and not counts.is_restless(values, counts.floor_of(series.unit)):
        return None
    if series.unit not in TIMED_UNITS:
        return values
    slowness = [runs.get(reading.commit, 0.0) for reading in series.readings]
    return [value / math.exp(slow) for value, slow in zip(values, slowness, strict=True)]


def speed_of_runs(series: Iterable[Series]) -> Mapping[str, float]:
    """Return, for each commit, by how much its whole run was slower than usual, as a logarithm.

    It is the median, over all timed benchmarks, of how far each lies from its own median: what
    they all share was the machine's. What truly slows every benchmark alike is not seen in times
    either; counts see it.
    """
    from statistics import median

    deviations: dict[str, list[float]] = {}
    for each in series:
        logs = [
            (reading.commit, math.log(reading.value))
            for reading in each.readings
            if each.unit in TIMED_UNITS and reading.value > 0
        ]
        if logs:
            usual = median(log for _, log in logs)
            for commit, log in logs:
                deviations.setdefault(commit, []).append(log - usual)
    return {commit: median(logs) for commit, logs in deviations.items()}


def _values(series: Series) -> list[float]:
    return [reading.value for reading in series.readings]


def _with_recoveries(moves: list[Move], floor: float) -> list[Move]:
    """Mark what took an earlier change for the worse back, and what was taken back."""
    known = list(moves)
    for place, move in enumerate(known):
        if move.kind is not Kind.IMPROVEMENT:
            continue
        for earlier in range(place):
            worse = known[earlier]
            if worse.is_worse and not worse.mended_by and _is_back(worse, move, floor):
                known[earlier] = replace(worse, mended_by=move.bad)
                known[place] = replace(known[place], mends=True)
    return known


def _is_back(worse: Move, better: Move, floor: float) -> bool:
    """Say whether `better` brought back what was before `worse`, or more."""
    was, now = worse.change.before, better.change.after
    if worse.change.after > was:
        return now <= was * (1 + floor)
    return now >= was / (1 + floor)
