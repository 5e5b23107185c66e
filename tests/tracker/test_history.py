"""What is asked of git."""

import subprocess
from pathlib import Path

import pytest

from tests.tracker.toy import Toy
from tracker.errors import NotARepository, ShallowClone, UnknownRange
from tracker.history import History


def test_commits_that_touch_nothing_measured_are_left_out(untracked: Toy) -> None:
    history = History.around(untracked.root)

    commits = history.commits(["main"], ["toy", "pyproject.toml"])

    assert list(history.subjects(commits[:3]).values()) == [
        "tidy up",
        "mend a comment",
        "make it slow",
    ]
    assert untracked.named("speak of speed") not in commits


def test_without_main_the_current_branch_serves(untracked: Toy) -> None:
    history = History.around(untracked.root)

    assert history.branch(["main"]) == "main"
    assert history.branch(["trunk"]) == "main"


def test_a_range_that_git_cannot_read_is_reported(untracked: Toy) -> None:
    with pytest.raises(UnknownRange, match="no-such-branch"):
        History.around(untracked.root).commits(["no-such-branch"], ["toy"])


def test_a_folder_outside_of_git_is_reported(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="run this in a clone"):
        History.around(tmp_path)


def test_a_shallow_clone_is_reported(untracked: Toy, tmp_path: Path) -> None:
    address = f"file://{untracked.root}"
    clone = ["git", "clone", "--quiet", "--depth=1", address, str(tmp_path / "shallow")]
    subprocess.run(clone, check=True)

    with pytest.raises(ShallowClone, match="--unshallow"):
        History.around(tmp_path / "shallow")


def test_an_unknown_commit_is_not_known(untracked: Toy) -> None:
    history = History.around(untracked.root)

    assert history.knows(untracked.named("begin"))
    assert not history.knows("0" * 40)
