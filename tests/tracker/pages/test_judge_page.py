"""judge.html, as text."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.pages.evaluated import evaluation
from tracker.pages.evaluation import read
from tracker.pages.judge import render


def page(folder: Path, content: object) -> str:
    (folder / "judging").mkdir()
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "judging/evaluation.json").write_text(text, "utf-8")
    return render("toy", read(folder))


def test_what_is_not_measured_names_the_command(tmp_path: Path) -> None:
    said = render("toy", read(tmp_path))

    assert said.count("Not measured yet.") == 2
    assert "python -m tracker evaluate" in said


def test_detectors_stand_side_by_side(tmp_path: Path) -> None:
    said = page(tmp_path, evaluation())

    for name in ("ours, confirmed", "asv, regressions", "All labelled series", "Real, wall"):
        assert name in said
    # asv's regressions never look at what became faster: they are judged on the others alone.
    assert "30&nbsp;%" in said
    assert "syn:white" not in said


def test_false_alarms_power_and_mistakes_are_told(tmp_path: Path) -> None:
    said = page(tmp_path, evaluation())

    assert "20 comparisons of commits between which nothing changed" in said
    assert "0 of 200, 0 to 10&nbsp;%" in said
    assert "9 of 10" in said
    assert '<span class="state violated">missed</span>' in said
    assert "same/3: took too long" in said
    assert "Not measured yet." not in said


@pytest.mark.parametrize(
    "content", ["[", "[]", {"live": {}, "series": []}, {"series": {"detectors": {}}}]
)
def test_a_file_of_another_form_is_not_shown_as_measured(tmp_path: Path, content: Any) -> None:  # noqa: ANN401
    said = page(tmp_path, content)

    assert "a form this page cannot read" in said


def test_parts_may_carry_their_origin(tmp_path: Path) -> None:
    live = {"commit": "a" * 40, "figures": evaluation()["live"]}

    assert "9 of 10" in page(tmp_path, {"live": live})
