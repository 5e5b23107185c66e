"""The noise floors: read, written, and assumed where nobody measured."""

from pathlib import Path

import pytest

from tracker.comparing import floors
from tracker.comparing.errors import InvalidFloors
from tracker.comparing.floors import RUNS_MIN, Floor, Noise, floor
from tracker.judging.verdict import FLOOR_MIN


def test_what_was_written_is_read(tmp_path: Path) -> None:
    cases = {"b": Noise(cpu=(0.01, -0.02), wall=(0.1, 0.2)), "a(1)": Noise(figure=(0.0,))}

    file = floors.write(tmp_path, cases, commit="c0", pairs=6)

    assert floors.read(tmp_path) == cases
    assert [each.name for each in file.parent.iterdir()] == ["noise.json"]


def test_who_measured_nothing_has_no_floors(tmp_path: Path) -> None:
    assert floors.read(tmp_path) == {}


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2}', '{"schema": 1, "cases": {"a": 1}}'])
def test_a_spoilt_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "judging" / "noise.json"
    file.parent.mkdir()
    file.write_text(text, "utf-8")

    with pytest.raises(InvalidFloors, match=r"noise\.json holds no noise floors"):
        floors.read(tmp_path)


def test_a_floor_of_few_runs_is_assumed_and_says_so() -> None:
    few = Noise(cpu=(0.5,) * (RUNS_MIN - 1))
    enough = Noise(cpu=(0.1,) * RUNS_MIN, wall=(0.2,) * RUNS_MIN)

    assert floor(None) == floor(few) == Floor()
    assert (Floor().cpu, Floor().is_measured) == (FLOOR_MIN, False)
    assert floor(enough).is_measured
    assert (floor(enough).cpu, floor(enough).wall) == pytest.approx((0.1, 0.2))
