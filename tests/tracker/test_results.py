"""asv's files, read as rows."""

import json
from pathlib import Path

import pytest

from tests.tracker.files import results, timed
from tracker.result_files import discard_torn, forget, result_files, round_samples
from tracker.results import Outcome, measured_commits, outcome, points

COMMIT = "0" * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of results with one machine and one benchmark, `a.time_b`."""
    benchmark = {"name": "a.time_b", "params": [], "version": "1", "unit": "seconds"}
    listed = {"a.time_b": benchmark, "version": 2}
    (tmp_path / "benchmarks.json").write_text(json.dumps(listed), "utf-8")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/machine.json").write_text('{"machine": "reference"}', "utf-8")
    return tmp_path


def write(folder: Path, row: list[object]) -> Path:
    """Write the results of `COMMIT`."""
    file = folder / "reference" / f"{COMMIT[:8]}-locked-py3.11.json"
    file.write_text(json.dumps(results(row)), "utf-8")
    return file


def test_a_figure_is_a_point(folder: Path) -> None:
    write(folder, timed(number=10, repeat=8))

    (point,) = points(folder)

    assert (point.machine, point.commit, point.benchmark) == ("reference", COMMIT, "a.time_b")
    assert (point.value, point.low, point.high, point.unit) == (0.1, 0.05, 0.15, "seconds")


def test_few_samples_have_quartiles_for_an_interval(folder: Path) -> None:
    write(folder, timed(number=10, repeat=7))

    (point,) = points(folder)

    assert (point.low, point.high) == (0.09, 0.11)


def test_a_failure_is_a_point_without_a_value(folder: Path) -> None:
    write(folder, [None, [], "1", 0, 1.0])

    assert [point.value for point in points(folder)] == [None]
    assert outcome(folder, "reference", COMMIT) == Outcome(1, ("a.time_b",))


def test_a_skipped_benchmark_is_no_point_and_has_not_failed(folder: Path) -> None:
    write(folder, [[float("nan")], [], "1", 0, 1.0])

    assert points(folder) == []
    assert outcome(folder, "reference", COMMIT) == Outcome(1, ())


def test_another_version_of_a_benchmark_is_another_series(folder: Path) -> None:
    write(folder, [[0.1], [], "0", 0, 1.0])

    assert points(folder) == []


def test_a_commit_that_was_never_installed_is_not_measured(folder: Path) -> None:
    write(folder, [None, [], "1", 0])

    assert measured_commits(folder, "reference") == set()


def test_torn_results_do_not_count_and_are_discarded(folder: Path) -> None:
    file = write(folder, timed(number=10, repeat=8))
    file.write_text(file.read_text("utf-8")[:-100], "utf-8")

    assert measured_commits(folder, "reference") == set()
    assert discard_torn(folder, "reference") == [file.name]
    assert not file.exists()


def test_whole_results_count_until_they_are_forgotten(folder: Path) -> None:
    write(folder, timed(number=10, repeat=8))

    assert discard_torn(folder, "reference") == []
    assert measured_commits(folder, "reference") == {COMMIT}
    assert measured_commits(folder, "local") == set()

    forget(folder, "reference", COMMIT)

    assert measured_commits(folder, "reference") == set()


def test_samples_of_letta_are_no_results_of_asv(folder: Path) -> None:
    (folder / "letta").mkdir()
    (folder / "letta/abababab-real.json").write_text("{}", "utf-8")

    assert list(result_files(folder)) == []


def test_samples_are_kept_to_four_digits_and_nothing_else_is_touched(tmp_path: Path) -> None:
    columns = ["result", "params", "version", "samples"]
    rows = {
        "b.time_it": [[0.123456789], [], "1", [[0.123456789, 1.23456789e-05]]],
        "b.track_it": [[7], [], "1"],
        "b.time_some": [[None, 2.0], [["1", "2"]], "1", [None, [2.0]]],
    }
    file = tmp_path / "m" / "abcdef12-env.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"result_columns": columns, "results": rows}))

    round_samples(tmp_path, "m", "abcdef12" + "0" * 32)

    kept = json.loads(file.read_text())["results"]
    assert kept["b.time_it"] == [[0.123456789], [], "1", [[0.1235, 1.235e-05]]]
    assert kept["b.track_it"] == rows["b.track_it"]
    assert kept["b.time_some"] == rows["b.time_some"]
    assert [each.name for each in file.parent.iterdir()] == [file.name]
