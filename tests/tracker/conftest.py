"""The toy repository, measured once for all tests that only read it."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.tracker.toy import Toy


@pytest.fixture(scope="session")
def untracked(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Make a repository without results."""
    return Toy.with_history(tmp_path_factory.mktemp("untracked"))


@pytest.fixture(scope="session")
def tracked(untracked: Toy, tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Make a repository whose every commit has been measured and published. Only to read."""
    toy = untracked.copy(tmp_path_factory.mktemp("tracked"))
    run = toy.track()
    assert run.returncode == 0, run.stdout + run.stderr
    return toy


@pytest.fixture
def toy(untracked: Toy, tmp_path: Path) -> Iterator[Toy]:
    """Make a repository without results, of the test's own; no process of it may survive."""
    toy = untracked.copy(tmp_path)
    yield toy
    assert survivors(toy) == []


def survivors(toy: Toy) -> list[str]:
    """Return the processes that run a program of the toy's folder."""
    running = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(command) for command in running if str(toy.root) in " ".join(command)]
