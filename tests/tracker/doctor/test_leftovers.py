"""A process that is really an orphan, an environment that is half made, a lock that is held."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from tests.tracker.toy import ROOT
from tracker.doctor import leftovers
from tracker.doctor.model import State

CONFIGURATION = (ROOT / "asv.conf.json").read_text("utf-8")

DAUGHTER = "import time; time.sleep(120)"

MOTHER = """
import subprocess, sys
daughter = subprocess.Popen(
    [sys.argv[1], "-c", sys.argv[2]],
    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    start_new_session=True,
)
print(daughter.pid)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "asv.conf.json").write_text(CONFIGURATION, "utf-8")
    return tmp_path


@pytest.fixture
def python(root: Path) -> Path:
    """Put a program where asv's environments are."""
    program = root / ".asv/env/0123/bin/python"
    program.parent.mkdir(parents=True)
    program.symlink_to(sys.executable)
    return program


@pytest.fixture
def orphan(python: Path) -> Iterator[psutil.Process]:
    """Start a process of an environment, whose parent ends."""
    mother = [sys.executable, "-c", MOTHER, str(python), DAUGHTER]
    said = subprocess.run(mother, capture_output=True, text=True, check=True).stdout
    process = psutil.Process(int(said))
    yield process
    process.kill()


def test_an_orphan_is_found_and_named(root: Path, orphan: psutil.Process) -> None:
    seen = leftovers.orphans(root)

    assert seen.state is State.FAIL
    assert f"kill {orphan.pid}" in seen.way_out


def test_a_process_that_a_run_still_leads_is_none(root: Path, python: Path) -> None:
    # The program is called asv, and lasts.
    asv = root / "asv"
    asv.write_text(f"#!{sys.executable}\n" + MOTHER + "sys.stdout.flush(); daughter.wait()\n")
    asv.chmod(0o755)
    command = [str(asv), str(python), DAUGHTER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as led:
        assert led.stdout is not None
        daughter = psutil.Process(int(led.stdout.readline()))
        try:
            seen = leftovers.orphans(root)
        finally:
            daughter.kill()

    assert f"{daughter.pid} " not in seen.text
    assert seen.state is not State.FAIL


def test_an_environment_that_is_half_made_is_found(root: Path, python: Path) -> None:
    assert leftovers.environments(root).state is State.WARN
    assert "half made" in leftovers.environments(root).text

    (python.parents[1] / "asv-env-info.json").write_text('{"tool_name": "locked"}', "utf-8")
    assert leftovers.environments(root).state is State.OK


def test_no_environment_yet_is_fine(root: Path) -> None:
    assert leftovers.environments(root).state is State.OK


def test_a_lock_that_is_held_and_one_that_was_left_are_told_apart(root: Path) -> None:
    (root / ".asv").mkdir()
    (root / ".asv/left.lock").touch()
    assert leftovers.locks(root).state is State.OK

    with FileLock(root / ".asv/run.lock"):
        assert leftovers.locks(root).state is State.WARN
    assert leftovers.locks(root).state is State.OK


def test_a_lock_of_a_killed_git_is_found(root: Path) -> None:
    (root / ".git").mkdir()
    lock = root / ".git/index.lock"
    lock.touch()
    assert leftovers.locks(root).state is State.OK  # git may be at work

    old = time.time() - 2 * leftovers.LOCK_AGE_MAX_S
    os.utime(lock, (old, old))
    assert leftovers.locks(root).state is State.FAIL
    assert "rm .git/index.lock" in leftovers.locks(root).way_out
