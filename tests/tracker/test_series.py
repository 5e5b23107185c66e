"""Points become histories, in the order of the branch."""

from tests.tracker.rows import point
from tracker.series import histories

REVISIONS = {"old": 3, "new": 7}


def test_readings_come_oldest_first() -> None:
    (series,) = histories([point("new", 2.0), point("old", 1.0)], REVISIONS)

    assert [(reading.commit, reading.value) for reading in series.readings] == [
        ("old", 1.0),
        ("new", 2.0),
    ]
    assert series.readings[0].low == 0.9


def test_failures_and_commits_elsewhere_are_left_out() -> None:
    points = [point("old", None), point("on another branch", 1.0), point("new", 2.0)]

    (series,) = histories(points, REVISIONS)

    assert [reading.commit for reading in series.readings] == ["new"]


def test_each_combination_of_parameters_is_a_series_of_its_own() -> None:
    found = histories(
        [point("old", 1.0, parameters=(size,)) for size in ("10", "100")]
        + [point("old", 9.0, benchmark="work.OfOneCall.track_sql")],
        REVISIONS,
    )

    assert [series.name for series in found] == [
        "recall.ByVector.time_search(10)",
        "recall.ByVector.time_search(100)",
        "work.OfOneCall.track_sql",
    ]
    assert [series.is_exact for series in found] == [False, False, True]
