"""Histories and commits for tests of events."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tracker.events.chronicle import Chronicle
from tracker.events.model import Change, Commit, Move, Status
from tracker.series import Reading, Series

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def hash_of(place: int) -> str:
    """Return the hash of the commit at that place of the branch."""
    return f"{place:08x}" + "0" * 32


def chronicle(
    number: int, *, bodies: Mapping[int, str] | None = None, unmeasured: Sequence[int] = ()
) -> Chronicle:
    """Return a branch of so many commits, a day apart."""
    commits = tuple(
        Commit(hash_of(at), DAY + timedelta(days=at), f"Do {at}", (bodies or {}).get(at, ""))
        for at in range(number)
    )
    measured = frozenset(c.hash for at, c in enumerate(commits) if at not in unmeasured)
    return Chronicle(commits, measured, {})


def series(
    values: Sequence[float],
    *,
    benchmark: str = "work.OfOneCall.track_opcodes",
    unit: str = "instructions",
    machine: str = "reference",
    commits: Sequence[int] | None = None,
) -> Series:
    """Return a history, a figure a commit."""
    places = commits or range(len(values))
    readings = tuple(
        Reading(hash_of(at), at, value, None, None, ())
        for at, value in zip(places, values, strict=True)
    )
    return Series(
        machine=machine,
        benchmark=benchmark,
        parameters=("'memory.get'",) if benchmark.startswith("work.") else (),
        unit=unit,
        readings=readings,
    )


def step(
    before: float,
    after: float,
    *,
    benchmark: str = "work.OfOneCall.track_opcodes",
    at: int = 2,
    unit: str = "instructions",
) -> Move:
    """Return a step between the commit before `at` and `at`, of four; of a time, a suspect."""
    history = series([before] * at + [after] * (4 - at), benchmark=benchmark, unit=unit)
    change = Change(at, at - 1, before, after)
    status = Status.SUSPECT if unit == "seconds" else Status.COUNTED
    return Move(series=history, change=change, is_worse=after > before, status=status)
