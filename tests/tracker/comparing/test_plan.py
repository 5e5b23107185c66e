"""What is compared by default, and what is chosen."""

from pathlib import Path

import pytest

from tests.tracker.comparing.scripted import timed, tracked
from tests.tracker.toy import ROOT
from tracker.comparing.errors import InvalidPattern, InvalidSettings, NothingChosen
from tracker.comparing.plan import LeftOut, Settings, plan

CASES = (timed("tools.todo.time_list"), tracked("letta.track_ratio", "ratio"))
WITHOUT_LETTA = Settings(leave_out=(LeftOut(benchmarks=r"^letta\.", reason="needs a server"),))


def test_what_is_left_out_is_named_with_its_reason() -> None:
    planned = plan(CASES, WITHOUT_LETTA)

    assert planned.cases == CASES[:1]
    assert planned.left_out == ((CASES[1], "needs a server"),)


def test_what_is_chosen_is_measured_left_out_or_not() -> None:
    assert plan(CASES, WITHOUT_LETTA, ["ratio"]).cases == CASES[1:]


def test_nothing_chosen_and_no_pattern_are_refused() -> None:
    with pytest.raises(NothingChosen, match="'todoo'"):
        plan(CASES, WITHOUT_LETTA, ["todoo"])
    with pytest.raises(InvalidPattern, match="is no regular expression"):
        plan(CASES, WITHOUT_LETTA, ["("])


@pytest.mark.parametrize(
    "text",
    [
        "[tool.tracker.compare]\nleave = 1",
        '[[tool.tracker.compare.leave_out]]\nbenchmarks = "a"',
        "[tool",
    ],
)
def test_a_table_that_says_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")

    with pytest.raises(InvalidSettings, match=r"\[tool\.tracker\.compare\]"):
        Settings.read(tmp_path)


def test_a_repository_without_the_table_leaves_out_nothing(tmp_path: Path) -> None:
    assert Settings.read(tmp_path) == Settings()


def test_our_own_table_is_valid() -> None:
    assert Settings.read(ROOT).leave_out
