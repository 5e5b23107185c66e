"""Series become moves: what is certain, what came back, what was the machine's."""

import math
from collections.abc import Sequence

import pytest

from tests.tracker.events.made import hash_of, series
from tracker.events.model import Change, Kind, Move, Status
from tracker.events.moves import of_series, speed_of_runs


def never(values: Sequence[float]) -> list[Change]:
    """Find nothing."""
    return []


def moves(values: list[float], *, unit: str = "bytes", more_is_better: bool = False) -> list[Move]:
    return of_series(series(values, unit=unit), never, {}, more_is_better=more_is_better)


def test_a_count_that_rises_is_certainly_worse() -> None:
    (move,) = moves([100, 100, 110])

    assert (move.kind, move.status, move.good, move.bad) == (
        Kind.REGRESSION,
        Status.COUNTED,
        hash_of(1),
        hash_of(2),
    )
    assert move.stands


def test_of_what_is_better_when_there_is_more_a_rise_is_an_improvement() -> None:
    (move,) = moves([100, 100, 110], more_is_better=True)

    assert move.kind is Kind.IMPROVEMENT


def test_a_level_that_comes_back_is_a_recovery_and_names_its_commit() -> None:
    worse, better = moves([100, 120, 120, 100])

    assert worse.mended_by == hash_of(3)
    assert not worse.stands
    assert better.kind is Kind.RECOVERY


def test_half_the_way_back_mends_nothing() -> None:
    worse, better = moves([100, 120, 120, 110])

    assert worse.stands
    assert better.kind is Kind.IMPROVEMENT


def test_one_way_back_may_mend_two_steps() -> None:
    first, second, better = moves([100, 120, 140, 99])

    assert first.mended_by == second.mended_by == hash_of(3)
    assert better.kind is Kind.RECOVERY


def test_a_time_is_searched_without_what_its_whole_run_shared() -> None:
    times = series([1.0, 2.0, 1.0], benchmark="recall.A.time_b", unit="seconds")
    seen: list[float] = []

    def detect(values: Sequence[float]) -> list[Change]:
        seen.extend(values)
        return [Change(1, 0, values[0], values[1])]

    runs = {hash_of(1): math.log(2)}
    moved = of_series(times, detect, runs, more_is_better=False)

    assert seen == pytest.approx([1, 1, 1])
    assert moved == []


def test_what_most_benchmarks_of_a_run_share_is_the_machines() -> None:
    slow_run = [1.0, 1.0, 3.0, 1.0]
    steady = [
        series([v * k for v in slow_run], benchmark=f"a.B.time_{k}", unit="seconds")
        for k in (1, 2, 5)
    ]

    runs = speed_of_runs([*steady, series([1, 1, 9, 1])])

    assert runs[hash_of(2)] == pytest.approx(math.log(3))
    assert runs[hash_of(0)] == pytest.approx(0)
