"""Targets: how they are read, and how they are judged."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.tracker.rows import point
from tracker.errors import InvalidTargets
from tracker.targets import Floor, State, Target, judge, read

ORDER = {"aaa": 0, "bbb": 1, "ccc": 2}

SEARCH = Target(
    name="A search takes less than 5 ms",
    benchmark="recall.ByVector.time_search",
    bound=5,
    unit="ms",
    kind="promise",
)


def test_a_target_is_read(tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_text(
        """
        [[target]]
        name = "A search takes less than 5 ms"
        benchmark = "recall.ByVector.time_search"
        bound = 5
        unit = "ms"
        kind = "promise"
        """
    )

    assert read(file) == (SEARCH,)


def test_a_repository_without_the_file_has_no_targets(tmp_path: Path) -> None:
    assert read(tmp_path / "targets.toml") == ()


def test_a_mistake_is_named_by_file_entry_and_field(tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_text(
        """
        [[target]]
        name = "First"
        benchmark = "a.b"
        bound = "five"
        unit = "ms"
        kind = "wish"
        """
    )

    with pytest.raises(InvalidTargets) as caught:
        read(file)

    assert str(caught.value).replace(tmp_path.name, "benchmarks") == snapshot("""\
benchmarks/targets.toml is not valid:
  target 1 (First): bound: Input should be a valid number, unable to parse string as a number
  target 1 (First): kind: Input should be 'promise' or 'goal'\
""")


@pytest.mark.parametrize("text", ["[target]\nname = 1", "target = 3", "[[targets]]", "[["])
def test_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "targets.toml"
    file.write_text(text)

    with pytest.raises(InvalidTargets):
        read(file)


def test_the_newest_commit_decides_and_the_state_is_dated() -> None:
    points = [point("ccc", 0.006), point("aaa", 0.004), point("bbb", 0.0055)]

    standing = judge(SEARCH, points, ORDER)

    assert standing.state is State.VIOLATED
    assert standing.since == "bbb"
    assert [reading.commit for reading in standing.readings] == ["aaa", "bbb", "ccc"]
    assert standing.readings[-1].value == pytest.approx(6)
    assert standing.readings[-1].high == pytest.approx(6.6)


def test_a_state_that_always_held_dates_from_the_first_commit() -> None:
    assert judge(SEARCH, [point("aaa", 0.001), point("bbb", 0.002)], ORDER).since == "aaa"


def test_a_bound_that_is_met_exactly_is_kept() -> None:
    assert judge(SEARCH, [point("aaa", 0.005)], ORDER).state is State.PASSING


def test_more_may_be_better() -> None:
    target = SEARCH.model_copy(update={"better": "higher", "unit": "calls/s"})

    below = judge(target, [point("aaa", 4, unit="calls/s")], ORDER)
    above = judge(target, [point("aaa", 6, unit="calls/s")], ORDER)

    assert (below.state, above.state) == (State.VIOLATED, State.PASSING)


def test_without_params_the_worst_combination_counts() -> None:
    points = [point("aaa", 0.001, parameters=("10",)), point("aaa", 0.009, parameters=("1000",))]

    assert judge(SEARCH, points, ORDER).state is State.VIOLATED


def test_with_params_only_that_combination_counts() -> None:
    points = [
        point("aaa", 0.001, parameters=("10", "'sqlite'")),
        point("aaa", 0.009, parameters=("1000", "'sqlite'")),
    ]
    target = SEARCH.model_copy(update={"params": (10, "sqlite")})

    assert judge(target, points, ORDER).state is State.PASSING


def test_a_failure_is_no_data_even_after_a_good_figure() -> None:
    standing = judge(SEARCH, [point("aaa", 0.001), point("bbb", None)], ORDER)

    assert (standing.state, standing.since) == (State.NO_DATA, "bbb")
    assert standing.reason == "the benchmark failed"


def test_a_unit_of_another_kind_is_no_data() -> None:
    standing = judge(SEARCH, [point("aaa", 5, unit="bytes")], ORDER)

    assert standing.state is State.NO_DATA
    assert standing.reason == "the benchmark gives bytes, not ms"


def test_commits_that_are_not_published_do_not_count() -> None:
    assert judge(SEARCH, [point("zzz", 0.001)], ORDER).reason == "no result of this benchmark"


def test_a_floor_is_of_the_commit_that_was_measured_last() -> None:
    target = SEARCH.model_copy(update={"floor": Floor(benchmark="floors.OfFinding", params=(10,))})
    floors = [
        point("aaa", 0.003, benchmark="floors.OfFinding", parameters=("10",)),
        point("bbb", 0.002, benchmark="floors.OfFinding", parameters=("10",)),
        point("bbb", 0.001, benchmark="floors.OfFinding", parameters=("1",)),
    ]

    below = judge(target, [point("aaa", 0.006), point("bbb", 0.007), *floors], ORDER).floor

    assert below is not None
    assert below.value == pytest.approx(2)


def test_a_floor_that_was_not_measured_with_it_is_none() -> None:
    target = SEARCH.model_copy(update={"floor": Floor(benchmark="floors.OfFinding")})
    points = [point("aaa", 0.002, benchmark="floors.OfFinding"), point("bbb", 0.007)]

    standing = judge(target, points, ORDER)

    assert (standing.state, standing.floor) == (State.VIOLATED, None)
