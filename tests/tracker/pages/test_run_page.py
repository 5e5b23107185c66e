"""run.html, as text; and what it is made of."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.tracker.files import results, timed
from tests.tracker.rows import point
from tracker.coverage import Coverage
from tracker.packages import Difference, differences, packages
from tracker.pages.noise import Floor, floors
from tracker.pages.run import Told, render
from tracker.runs import Run, runs
from tracker.series import histories

COMMIT = "0" * 40

RUN = Run(
    machine="reference",
    commit=COMMIT,
    python="3.11",
    committed=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    began=datetime(2026, 1, 2, 4, 5, tzinfo=UTC),
    duration_s=125.0,
    slowest=(("<setup_cache recall:15>", 25.0),),
    figures=7,
    failed=("tools.memory.At1k.time_get(1)",),
    skipped=("tools.unix.At200Files.time_<fd>",),
)


def told(**more: object) -> Told:
    made: dict[str, object] = {
        "machine": "reference", "runs": (RUN,), "subjects": {COMMIT: "Make <it> slow"},
        "said": {"tools.memory.At1k.time_get": ("Boom: <nothing>",)},
        "packages": {"mcp": "2.3.0", "orjson": "3.1"}, "packages_before": {"mcp": "2.2.0"},
        "coverage": (Coverage("memory", ("store",), ("get",)),), "calibration": (),
    }  # fmt: skip
    return Told(**{**made, **more})  # type: ignore[arg-type]  # by name


def test_a_run_says_what_failed_and_its_last_words() -> None:
    page = render("toy", [told()], {}, "#")

    assert "Make &lt;it&gt; slow" in page
    assert "<pre>Boom: &lt;nothing&gt;</pre>" in page
    assert "time_&lt;fd&gt;" in page
    assert "2&nbsp;min 5&nbsp;s" in page
    assert "1 of 2" in page


def test_packages_that_changed_are_told() -> None:
    page = render("toy", [told()], {}, "#")

    assert '>2.2.0</td>\n<td role="cell" class="" data-label="This run">2.3.0</td>' in page
    assert "are those of the run before" in render(
        "toy", [told(packages_before={"mcp": "2.3.0", "orjson": "3.1"})], {}, "#"
    )


def test_a_failure_without_words_says_why() -> None:
    assert "was not kept" in render("toy", [told(said={})], {}, "#")


def test_fixed_work_is_drawn_over_the_commits() -> None:
    name = "calibration.Machine.time_python"
    points = [point(each * 40, value, benchmark=name) for each, value in (("a", 0.1), ("b", 0.2))]
    series = histories(points, {"a" * 40: 0, "b" * 40: 1})

    page = render("toy", [told(calibration=tuple(series))], {}, "#")

    assert 'aria-label="2 commits, 100 ms to 200 ms"' in page
    assert "+33&nbsp;%" in page


def test_noise_floors_are_told_or_how_to_measure_them() -> None:
    assert "python -m tracker noise" in render("toy", [told()], {}, "#")
    assert "4.5&nbsp;%" in render("toy", [told()], {"a.time_b": Floor(0.045, 12, "cpu")}, "#")


def test_a_repository_without_results_says_what_to_do() -> None:
    assert "./just track" in render("toy", [], {}, "#")


def test_a_run_is_read_from_the_results(tmp_path: Path) -> None:
    file = tmp_path / "reference" / f"{COMMIT[:8]}-locked-py3.11.json"
    file.parent.mkdir()
    rows = {
        "a.time_b": timed(1, 8), "a.time_failed": [None, [], "1", 1000, 2.0],
        "a.time_some": [[0.5, None, float("nan")], [["1", "2", "3"]], "1", 2000, 4.0],
    }  # fmt: skip
    content = results([], results=rows, durations={"<setup_cache a:1>": 8.0})
    file.write_text(json.dumps(content), "utf-8")

    (run,) = runs(tmp_path, "reference", [COMMIT, "1" * 40])

    assert run.figures == 2
    assert run.failed == ("a.time_failed", "a.time_some(2)")
    assert run.skipped == ("a.time_some(3)",)
    assert run.duration_s == pytest.approx(15)
    assert run.slowest[0] == ("<setup_cache a:1>", 8.0)
    assert run.began == datetime.fromtimestamp(1, UTC)


def test_packages_are_read_from_a_lock() -> None:
    lock = "anyio==4.1 \\\n    --hash=sha256:00\nmcp[cli]==2.3.0 ; python_version > '3'\n# a==1\n"

    assert packages(lock) == {"anyio": "4.1", "mcp": "2.3.0"}
    assert differences({"a": "1", "b": "1"}, {"b": "2", "c": "3"}) == [
        Difference("a", "1", None), Difference("b", "1", "2"), Difference("c", None, "3"),
    ]  # fmt: skip


HEAD = '{"schema": 1, "pairs": 6, "commit": "0"'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[", {}),
        ("[]", {}),
        ('{"schema": 1, "cases": []}', {}),
        (f'{HEAD}, "cases": {{"a": {{"cpu": [0.01, -0.01]}}}}}}', {"a": Floor(0.02, 2, "cpu")}),
        (f'{HEAD}, "cases": {{"a": {{}}}}}}', {}),
    ],
)  # fmt: skip
def test_a_file_of_noise_is_read_as_far_as_it_can_be(
    tmp_path: Path, content: str, expected: dict[str, Floor]
) -> None:
    (tmp_path / "judging").mkdir()
    (tmp_path / "judging/noise.json").write_text(content, "utf-8")

    assert floors(tmp_path) == expected
