"""The list of servers: pinned, each with a dialect, and no network in it."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from benchmarks.peers import CATALOGUE, main, workload
from tracker.errors import TrackerError
from tracker.peers import catalogue
from tracker.peers.catalogue import Setting
from tracker.peers.dialects import DIALECTS
from tracker.peers.errors import Busy, InvalidCatalogue
from tracker.peers.session import alone
from tracker.peers.workload import others


def test_every_version_is_pinned() -> None:
    listed = catalogue.read(CATALOGUE)

    packages = [package for peer in listed.peer for package in peer.packages]
    assert all(re.search(r"[^=@]+(?:==|@)\d[\w.]+$", each) for each in (*packages, *listed.model))


def test_every_server_is_spoken_to_in_a_dialect() -> None:
    listed = catalogue.read(CATALOGUE)

    assert {peer.dialect for peer in listed.peer} <= set(DIALECTS)
    assert [(peer.name, peer.finds_by) for peer in listed.peer if peer.is_ours] == [
        ("ltmc", "meaning"),
        ("ltmc-words", "words"),
        ("ltmc-literal", "text"),
    ]


def test_servers_of_the_same_packages_share_an_environment() -> None:
    places = {peer.name: peer.environment for peer in catalogue.read(CATALOGUE).peer}

    assert places["memory-keeper"] == places["memory-keeper-vectors"]
    assert places["memory-keeper"] != places["server-memory"]


def test_ours_is_always_among_the_chosen() -> None:
    listed = catalogue.read(CATALOGUE)

    assert [peer.name for peer in listed.chosen(["qdrant"])] == [
        *("ltmc", "ltmc-words", "ltmc-literal"),
        "qdrant",
    ]
    assert listed.chosen([]) == listed.peer


def test_every_setting_has_its_reason() -> None:
    listed = catalogue.read(CATALOGUE)

    reasons = [each.why for peer in listed.peer for each in peer.environ.values()]
    assert len(reasons) > 20
    with pytest.raises(ValidationError, match="why"):
        Setting(value="1", why="")


@pytest.mark.parametrize(
    "text", ["model = [", "model = []", "model = []\n[[peer]]\nname = 'UPPER'", ""]
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "peers.toml").write_text(text, "utf-8")

    with pytest.raises(InvalidCatalogue, match=r"peers\.toml: .+ docs/peers\.md"):
        catalogue.read(tmp_path / "peers.toml")


def test_an_unknown_name_is_answered_with_the_known_ones(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signal.signal", lambda number, handler: None)

    assert main(["--only", "nobody"]) == 1
    assert "there are ltmc, ltmc-words, ltmc-literal, server-memory" in capsys.readouterr().err


def test_two_runs_do_not_share_environments(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Busy, match="--environments"), alone(tmp_path):
        pass
    assert issubclass(Busy, TrackerError)


def test_the_workload_is_whole_and_no_note_is_there_twice() -> None:
    asked = workload()

    assert len({note.name for note in asked.notes}) == len(asked.notes) == 500
    assert len({note.text for note in asked.notes}) == 500
    assert asked.answers_are_there
    assert len(asked.questions) == 113
    assert sum(bool(each.relevant) for each in asked.questions) == 102
    assert not asked.cut(20).answers_are_there
    assert len({note.text for note in others(40_000, first=10_000)}) == 40_000
