"""What can not be installed is a row that says so, and not the end of a run."""

import sys
from pathlib import Path

import pytest

from benchmarks.peers import CATALOGUE
from tests.tracker.peers.made import SHORT, workload
from tracker.peers import catalogue, page, samples
from tracker.peers.catalogue import Peer
from tracker.peers.environments import Environments, versions
from tracker.peers.errors import NotInstalled
from tracker.peers.session import Session


def silent(*said: object) -> None:
    pass


def of_npm() -> Peer:
    return next(peer for peer in catalogue.read(CATALOGUE).peer if peer.registry == "npm")


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(NotInstalled, match="npm: No such file or directory"):
        Environments(tmp_path / "envs", tmp_path, silent).of(of_npm())


def test_what_an_installer_says_last_is_kept(tmp_path: Path) -> None:
    nowhere = Peer(
        name="nowhere", title="nowhere", registry="pypi", packages=("not-a-folder/x",),
        command=("x",), dialect="ltmc", finds_by="words", search="somehow",
        python=str(tmp_path / "no-python"),
    )  # fmt: skip

    with pytest.raises(NotInstalled, match="no-python"):
        Environments(tmp_path / "envs", tmp_path, silent).of(nowhere)
    assert not list(tmp_path.rglob("whole"))


def test_one_that_is_not_installed_is_a_row_and_a_line_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    listed = catalogue.read(CATALOGUE)
    session = Session(listed, (of_npm(),), workload(), SHORT, tmp_path, tmp_path / "envs")

    measured = session.run(silent)

    samples.write(measured, tmp_path / page.FILE)
    told = page.section(samples.read(tmp_path / page.FILE))
    assert "| server-memory | not measured, see below |" in told
    assert "- **server-memory**: everything" in told
    assert "Not measured: `npm: No such file or directory`" in told


def test_versions_are_those_that_are_installed() -> None:
    here = Peer(
        name="here", title="here", registry="pypi", packages=("pytest==0",),
        command=("x",), dialect="ltmc", finds_by="words", search="somehow",
    )  # fmt: skip

    found = versions(Path(sys.prefix), here)

    assert found["pytest"] == pytest.__version__
    assert found["python"].startswith("3.")
