"""Moves become events: one a commit and direction."""

from tests.tracker.events.made import chronicle, hash_of, step
from tracker.events.grouping import events
from tracker.events.model import Kind, Move, Status


def timed(before: float, after: float) -> Move:
    """Return a suspect."""
    return step(
        before,
        after,
        benchmark="tools.memory.At1k.time_get",
        unit="seconds",
    )


def test_many_benchmarks_at_one_commit_are_one_event_the_largest_first() -> None:
    (event,) = events([step(100, 110), step(100, 140), step(100, 120)], chronicle(4))

    assert [move.change.after for move in event.moves] == [140, 120, 110]
    assert event.commit.subject == "Do 2"
    assert event.stands


def test_what_is_certain_comes_before_what_is_suspected() -> None:
    (event,) = events([timed(1.0, 9.0), step(100, 101)], chronicle(4))

    assert [move.status for move in event.moves] == [Status.COUNTED, Status.SUSPECT]
    assert event.status is Status.COUNTED


def test_directions_are_events_of_their_own_newest_commit_first() -> None:
    found = events([step(100, 50), step(100, 110), step(100, 120, at=3)], chronicle(4))

    assert [(event.commit.hash, event.kind) for event in found] == [
        (hash_of(3), Kind.REGRESSION),
        (hash_of(2), Kind.REGRESSION),
        (hash_of(2), Kind.IMPROVEMENT),
    ]


def test_a_count_that_moved_with_a_time_explains_it() -> None:
    (event,) = events([timed(1.0, 2.0), step(100, 110)], chronicle(4))

    assert [move.series.benchmark for move in event.counters] == ["work.OfOneCall.track_opcodes"]


def test_an_event_keeps_its_name_whatever_else_becomes_known() -> None:
    (early,) = events([step(100, 110)], chronicle(4))
    (late,) = events([step(100, 110), step(100, 200)], chronicle(9))

    assert early.id == late.id


def test_commits_that_were_not_measured_are_suspected_too() -> None:
    move = step(100, 110, at=2)
    history = chronicle(4, unmeasured=[1])

    assert [c.hash for c in history.between(hash_of(0), move.bad)] == [hash_of(2)]
    assert len(chronicle(4).between(hash_of(0), move.bad)) == 2
