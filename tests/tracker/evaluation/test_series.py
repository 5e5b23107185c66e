"""Labelled series: what a file must hold, how flags are scored, and the way to the page."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracker.__main__ import main
from tracker.detection.model import Change, Kind
from tracker.evaluation import page
from tracker.evaluation.errors import InvalidSeries
from tracker.evaluation.series import DEFAULT, Event, Labelled, read
from tracker.evaluation.series_confirming import confirm
from tracker.evaluation.series_rivals import RIVALS
from tracker.evaluation.series_scoring import Flag, Score, matched

RISE = Event(50, 1.2)
FALL = Event(70, 1 / 1.2)


def content(**other: object) -> dict[str, Any]:
    figures = np.exp(np.random.default_rng(0).normal(0, 0.01, (4, 40))).astype(np.float32)
    figures[1, 20:] *= 1.5
    figures[2, 20:] /= 1.5
    figures[3, 12:24] *= 1.5
    plain = {
        "Y": figures,
        "fam": np.array(["syn:plain", "syn:plain", "wild:json:nrm", "wild:json:wmed"]),
        "kind": np.array(["null", "up", "down", "updown"]),
        "idx": np.array([-1, 20, 20, 12]),
        "ratio": np.array([1, 1.5, 1 / 1.5, 1.5]),
        "idx2": np.array([-1, -1, -1, 24]),
    }
    return plain | other


def labelled(*events: Event, family: str = "syn:plain") -> Labelled:
    return Labelled(number=0, family=family, figures=(1.0,) * 100, events=events)


def test_the_series_of_the_repository_are_sound() -> None:
    series = read(DEFAULT)

    assert len(series) == 2470
    assert sum(not one.events for one in series) == 780


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"kind": np.array(["null", "up", "down", "sideways"])}, "kind: knows"),
        ({"idx": np.array([-1, 40, 20, 12])}, "idx: of a changed series"),
        ({"idx2": np.array([-1, -1, -1, 12])}, "idx2: of an updown"),
        ({"ratio": np.array([1, 1, 1, np.nan])}, "ratio: of a changed"),
        ({"ratio": np.array([1.0, 2, 3])}, r"ratio: has shape \(3,\), expected \(4,\)"),
        ({"fam": np.arange(4)}, "fam: holds int64, expected text"),
        ({"Y": np.zeros((4, 60))}, "Y: every figure"),
        ({"Y": np.ones((4, 3))}, "Y: is 4 x 3"),
        ({"Y": np.ones(4)}, "Y: has 1 dimensions"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(
    tmp_path: Path, other: dict[str, Any], named: str
) -> None:
    file = tmp_path / "some.npz"
    np.savez(file, **content(**other))

    with pytest.raises(InvalidSeries, match=named):
        read(file)


def test_a_file_of_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "some.npz"
    np.savez(file, Y=np.ones((2, 20)))

    assert main(["evaluate", "--series", str(file)]) == 1
    assert "kind: is missing" in capsys.readouterr().err
    file.write_bytes(b"no zip")
    with pytest.raises(InvalidSeries, match="plain arrays"):
        read(file)
    with pytest.raises(InvalidSeries, match="no such file"):
        read(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("flags", "hit"),
    [
        ([Flag(53, is_up=True)], [True, False]),
        ([Flag(54, is_up=True)], [False, False]),
        ([Flag(50, is_up=False)], [False, False]),
        ([Flag(47, is_up=True), Flag(70, is_up=False)], [True, True]),
    ],
)
def test_a_flag_counts_within_three_commits_and_in_its_direction(
    flags: list[Flag], hit: list[bool]
) -> None:
    assert matched(flags, [RISE, FALL]) == hit


def test_every_other_flag_is_a_false_alarm() -> None:
    score = Score()
    score.add([Flag(50, is_up=True), Flag(51, is_up=True)], labelled(RISE, FALL))
    score.add([Flag(9, is_up=False)], labelled())

    assert (score.hits, score.false, score.missed) == (1, 2, 1)
    assert (score.precision, score.recall, score.f1) == (1 / 3, 0.5, 0.4)
    assert score.figures()["nulls_flagged"] == 1


def test_slow_downs_alone_leave_improvements_out_on_both_sides() -> None:
    score = Score()
    score.add([Flag(50, is_up=True), Flag(20, is_up=False)], labelled(RISE, FALL), only_up=True)

    assert (score.hits, score.false, score.missed) == (1, 0, 0)


def change(index: int) -> Change:
    return Change(
        kind=Kind.STEP,
        index=index,
        before=1,
        after=1.1,
        earliest=index - 8,
        latest=index + 8,
        confidence=0.1,
    )


def test_measuring_again_clears_the_innocent_and_finds_the_commit() -> None:
    confirmed = confirm(labelled(RISE), [change(20), change(55)], is_measured=False)

    assert confirmed.flags == (Flag(50, is_up=True),)
    assert confirmed.comparisons == 2 + 4 + 1  # each suspect once, and 17 commits halved


@pytest.mark.parametrize("name", sorted(RIVALS))
def test_every_rival_sees_what_is_plain(name: str) -> None:
    figures = np.exp(np.random.default_rng(2).normal(0, 0.01, 100))
    figures[50:] *= 1.5

    assert matched(RIVALS[name](figures.tolist()), [RISE]) == [True]


@pytest.mark.slow
def test_from_a_file_to_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "some.npz", tmp_path / "figures.json"
    np.savez(file, **content())

    assert main(["evaluate", "--series", str(file), "--json", str(out)]) == 0

    kept = json.loads(out.read_text("utf-8"))
    assert kept["series"]["detectors"]["ours"]["total"]["both"]["f1"] == 1
    assert kept["creep"]["series"] > 0
    assert "rolling median" in capsys.readouterr().out


def test_a_section_replaces_only_itself() -> None:
    text = "head\n\n<!-- made: one -->\nold\n<!-- end: one -->\ntail\n"

    assert page.replaced(text, "one", "new\n") == text.replace("old", "new")
    assert page.replaced("head\n", "two", "new").endswith("<!-- end: two -->\n")
