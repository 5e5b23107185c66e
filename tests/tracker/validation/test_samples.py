"""The reader of samples: what is wrong is named, what is new is passed over."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.validation.made import Maker, content, row
from tracker.errors import InvalidSamples
from tracker.validation import samples


def refusal(folder: Path, said: object) -> str:
    """Return what the reader says of a bad file."""
    file = folder / "bad.json"
    file.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    with pytest.raises(InvalidSamples) as refused:
        samples.read(file)
    return str(refused.value)


def changed(**more: object) -> dict[str, Any]:
    """Return a file with one row, of which some fields are others."""
    return content({**row("agent_list", "sdk", [0.01, None, 0.02]), **more})


def test_a_whole_file_is_read_and_written_as_it_was(tmp_path: Path) -> None:
    file, again = tmp_path / "one.json", tmp_path / "new" / "again.json"
    file.write_text(json.dumps(Maker().whole()), "utf-8")

    read = samples.read(file)
    samples.write(read, again)

    assert samples.read(again) == read
    assert len(read.operations) == 15 * 9
    assert not list(again.parent.glob("*.partial"))


def test_a_field_that_is_new_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "new.json"
    file.write_text(json.dumps(changed(colour="green")), "utf-8")

    assert samples.read(file).operations[0].arm == "sdk"


def test_an_unknown_arm_and_operation_are_read(tmp_path: Path) -> None:
    file = tmp_path / "new.json"
    file.write_text(json.dumps(changed(operation="agent_fold", arm="mcp_pigeon")), "utf-8")

    assert samples.read(file).timed("agent_fold", "mcp_pigeon")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"seconds": [0.01, -1]}, "operations.0.seconds.1 (agent_list · sdk): "),
        ({"seconds": ["0.01"]}, "valid number"),
        ({"failures": [{"turn": 0, "why": "404"}]}, "turn 0 failed, and has a time"),
        ({"failures": [{"turn": 3, "why": "404"}]}, "turn 3 failed, of 3 turns from 0"),
        ({"server_seconds": [0.01]}, "3 turns in seconds, 1 in server_seconds"),
        ({"unavailable": "no such tool"}, "unavailable, and has times"),
        ({"arm": "../sdk"}, "operations.0.arm"),
        ({"requests": -1}, "operations.0.requests"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, more: dict[str, object], problem: str) -> None:
    assert problem in refusal(tmp_path, changed(**more))


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"format": 2}, "format: Input should be 1"),
        ({"commit": "main"}, "commit: "),
        ({"set": "some"}, "set: "),
        ({"measured_at": "2026-01-01T00:00:00"}, "measured_at: "),
        ({"backend": {"kind": "standin"}}, "a stand-in has a profile"),
        ({"backend": {"kind": "real", "profile": "wan"}}, "a real Letta has none"),
        ({"operations": [row("health", "sdk", [1.0])] * 2}, "twice: health · sdk"),
        ({"seed": None}, "seed: "),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, more: dict[str, object], problem: str) -> None:
    assert problem in refusal(tmp_path, {**content(row("health", "sdk", [1.0])), **more})


@pytest.mark.parametrize(
    ("part", "more", "problem"),
    [
        ("sustained", {"started_s": [0.0]}, "1 started_s, 66 seconds"),
        ("processes", {"at_s": [0.0]}, "not of one length"),
        ("processes", {"cpu_s": [1.0, 0.5], "at_s": [0, 1], "rss_bytes": [1, 1]}, "cpu_s falls"),
        ("scaling", {"wall_s": 0}, "scaling.0.wall_s (agent_get · sdk · 1)"),
    ],
)
def test_a_bad_load_is_named(
    tmp_path: Path, part: str, more: dict[str, object], problem: str
) -> None:
    whole = Maker(turns=1).whole()
    whole[part][0].update(more)

    assert problem in refusal(tmp_path, whole)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1}', "NaN"])
def test_what_is_no_file_of_samples_is_refused(tmp_path: Path, text: str) -> None:
    assert "bad.json is no file of samples" in refusal(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSamples, match="No such file"):
        samples.read(tmp_path / "none.json")


def test_no_more_problems_than_a_screen_has_room_for(tmp_path: Path) -> None:
    said = refusal(tmp_path, changed(seconds=["x"] * 50))

    assert "and 40 more" in said
    assert said.count("\n") < 15


def test_rounded_samples_are_small_and_say_the_same(tmp_path: Path) -> None:
    read = samples.Samples.model_validate(Maker().whole())

    samples.write_rounded(read, tmp_path / "rounded.json")

    again = samples.read(tmp_path / "rounded.json")
    for before, after in zip(read.operations, again.operations, strict=True):
        assert after.seconds == pytest.approx(before.seconds, rel=1e-3)
    assert (tmp_path / "rounded.json").stat().st_size < 300_000
