"""Every detector over every series, on all cores; the figures as they are kept."""

import math
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any, Final, TypeVar

from tracker.detection.detector import detect
from tracker.evaluation import series_creep, series_rivals
from tracker.evaluation.series import GROUPS, Labelled
from tracker.evaluation.series_confirming import confirm
from tracker.evaluation.series_scoring import NEAR, Flag, Score

CONFIRMED: Final = {
    "ours, confirmed (simulated, 1.6 % a pair)": False,
    "ours, confirmed (simulated, noise as measured)": True,
}

HALVES: Final = tuple(f"{group}, {half}" for group in GROUPS for half in ("even", "odd"))

DELAY_SERIES: Final = 24
DELAYS: Final = (1, 2, 3, 4, 6, 8, 10, 12, 15)
"""Commits of the new level that are shown."""
DELAY_RATIO_MIN: Final = 1.1

CHUNK: Final = 10

_Row = TypeVar("_Row")
_One = TypeVar("_One")
Advance = Callable[[str, int, int], None]
"""Told what is done, how many of it, of how many."""


@dataclass(frozen=True, slots=True)
class Said:
    """What each detector said of one series."""

    flags: Mapping[str, tuple[Flag, ...]]
    comparisons: Mapping[str, int]


def say(one: Labelled) -> Said:
    """Ask every detector about one series."""
    changes = detect(one.figures)
    flags = {series_rivals.OURS: tuple(series_rivals.sure_steps(changes))}
    for name, rival in series_rivals.RIVALS.items():
        flags[name] = tuple(rival(one.figures))
    comparisons = {}
    for name, is_measured in CONFIRMED.items():
        confirmed = confirm(one, changes, is_measured=is_measured)
        flags[name] = confirmed.flags
        comparisons[name] = confirmed.comparisons
    return Said(flags, comparisons)


def delays(one: Labelled) -> dict[str, int | None]:
    """Return how many commits of the new level each detector had to see; None, more than tried."""
    found: dict[str, int | None] = {}
    for name, detector in series_rivals.DETECTORS.items():
        found[name] = _delay(one, lambda known, ask=detector: ask(known.figures))  # type: ignore[misc]
    for name, is_measured in CONFIRMED.items():
        found[name] = _delay(
            one,
            lambda known, given=is_measured: (
                confirm(  # type: ignore[misc]
                    known, detect(known.figures), is_measured=given
                ).flags
            ),
        )
    return found


def _delay(one: Labelled, flags: Callable[[Labelled], Iterable[Flag]]) -> int | None:
    event = one.events[0]
    for more in DELAYS:
        end = event.index + more
        if end <= len(one.figures) and any(
            abs(flag.index - event.index) <= NEAR and flag.is_up
            for flag in flags(replace(one, figures=one.figures[:end]))
        ):
            return more
    return None


def evaluate(series: list[Labelled], advance: Advance) -> dict[str, Any]:
    """Run everything; return the parts `series` and `creep` of results/judging/evaluation.json."""
    with _pool() as pool:
        try:
            said = _each(pool, say, series, lambda n: advance("series", n, len(series)))
            late = _late(series)
            waits = _each(pool, delays, late, lambda n: advance("delays", n, len(late)))
            made = series_creep.creeping(series)
            figures = [each.figures for each in made]
            crept = _each(
                pool, series_creep.said_of, figures, lambda n: advance("creep", n, len(made))
            )
            steps = [one.figures for one in series if one.group != GROUPS[2]][::4]
            other = _each(
                pool, series_creep.said_of, steps, lambda n: advance("not creep", n, len(steps))
            )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {
        "series": tables(series, said) | {"delays": _delays(waits)},
        "creep": _creep(made, crept, other),
    }


def _pool() -> ProcessPoolExecutor:
    # Before numpy is loaded in them: two processes that each use two cores hinder one another.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    return ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"))


def _each(
    pool: ProcessPoolExecutor,
    work: Callable[[_One], _Row],
    things: list[_One],
    done: Callable[[int], None],
) -> list[_Row]:
    rows = []
    for row in pool.map(work, things, chunksize=CHUNK):
        rows.append(row)
        done(len(rows))
    return rows


def tables(series: list[Labelled], said: Iterable[Said]) -> dict[str, Any]:
    """Return scores by detector: in total, by group and by family, both ways and upwards only."""
    rows = list(zip(series, said, strict=True))
    names = [*CONFIRMED, *series_rivals.DETECTORS]
    parts = sorted({part for one in series for part in parts_of(one)} | {*GROUPS, *HALVES})
    return {
        "counted": len(rows),
        "detectors": {name: {part: _scores(rows, name, part) for part in parts} for name in names},
        "comparisons_per_series": {
            name: round(sum(each.comparisons[name] for _, each in rows) / max(len(rows), 1), 2)
            for name in CONFIRMED
        },
    }


def _scores(rows: list[tuple[Labelled, Said]], name: str, part: str) -> dict[str, object]:
    both, upwards = Score(), Score()
    for one, said in rows:
        if part in parts_of(one):
            both.add(said.flags[name], one)
            upwards.add(said.flags[name], one, only_up=True)
    return {"both": both.figures(), "up": upwards.figures()}


def parts_of(one: Labelled) -> list[str]:
    """Return the parts a series counts in: all, its group, half of its group, and family."""
    half = "even" if one.number % 2 == 0 else "odd"
    return ["total", one.group, f"{one.group}, {half}", one.family]


def _late(series: list[Labelled]) -> list[Labelled]:
    some = [
        one
        for one in series
        if one.group != GROUPS[2] and one.events and one.events[0].ratio >= DELAY_RATIO_MIN - 1e-9
    ]
    return some[:: max(1, len(some) // DELAY_SERIES)][:DELAY_SERIES]


def _delays(waits: list[dict[str, int | None]]) -> dict[str, object]:
    """Return the median wait by detector, in which a step that was not found in time came last."""
    found: dict[str, object] = {}
    for name in [*CONFIRMED, *series_rivals.DETECTORS]:
        known = [wait[name] for wait in waits]
        seen = sorted(math.inf if each is None else each for each in known)
        middle = seen[(len(seen) - 1) // 2] if seen else math.inf
        found[name] = {
            "median_commits": None if middle == math.inf else middle,
            "found": sum(wait < math.inf for wait in seen),
            "series": len(seen),
        }
    return found


def _creep(
    made: list[series_creep.Creeping], crept: list[list[str]], other: list[list[str]]
) -> dict[str, Any]:
    rates = {
        f"{100 * rate:g} %": [
            series_creep.is_creep(said)
            for one, said in zip(made, crept, strict=True)
            if one.rate == rate
        ]
        for rate in series_creep.RATES
    }
    return {
        "series": len(made),
        "recall_by_rate": {
            rate: round(sum(hit) / max(len(hit), 1), 4) for rate, hit in rates.items()
        },
        "called_step": round(
            sum(any(word.startswith("step") for word in said) for said in crept)
            / max(len(crept), 1),
            4,
        ),
        "others": len(other),
        "others_called_creep": round(
            sum(any(word.startswith("creep") for word in said) for said in other)
            / max(len(other), 1),
            4,
        ),
    }
