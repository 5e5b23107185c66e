"""The detector remembers what it has searched."""

import json
from pathlib import Path

import pytest

from tracker.events import detector

STEP = [1.0, 1.01, 0.99, 1.0, 1.02, 0.98, 1.0, 1.01, 0.99, 1.0] * 2
FIGURES = [*STEP, *(value * 3 for value in STEP)]


def test_a_step_is_found_once_and_remembered(tmp_path: Path) -> None:
    first = detector.kept(tmp_path)
    (found,) = first(FIGURES)
    first.keep()

    again = detector.kept(tmp_path)

    assert (found.index, found.origin) == (20, 19)
    assert list(again.known.values()) == [[found]]
    assert again(FIGURES) == [found]


def test_what_is_asked_for_no_more_is_forgotten(tmp_path: Path) -> None:
    first = detector.kept(tmp_path)
    first(FIGURES)
    first.keep()
    again = detector.kept(tmp_path)

    again(STEP)
    again.keep()

    assert len(json.loads((tmp_path / detector.FILE).read_text("utf-8"))) == 1


def test_a_file_of_another_version_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / detector.FILE).write_text('{"x": [{"unknown": 1}]}')

    assert len(detector.kept(tmp_path)(FIGURES)) == 1


@pytest.mark.slow
def test_many_are_searched_in_processes_with_the_same_answers(tmp_path: Path) -> None:
    alone, together = detector.kept(tmp_path), detector.kept(tmp_path)
    many = [[value * at for value in FIGURES] for at in (1, 2)]

    together.prepare(many, pooled_min=1)

    assert len(together.known) == 2
    assert together(many[1]) == alone(many[1])


def test_few_are_searched_when_they_are_asked_for(tmp_path: Path) -> None:
    few = detector.kept(tmp_path)

    few.prepare([FIGURES])

    assert few.known == {}
