"""`python -m tracker track`, on a small repository, from its commits to its site."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.tracker.conftest import survivors
from tests.tracker.toy import FAST, SLOW, Toy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

MEASURED = 7
"""Commits of the toy that touch what is measured."""

LEAK = """
import subprocess, sys


def track_leak():
    # In a session of its own, as an MCP client starts its server.
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    subprocess.Popen(sleep, start_new_session=True)
    return 1
"""

HANG = """
import pathlib, threading, toy


def track_wait():
    if "SUBJECT" in pathlib.Path(toy.__file__).read_text():
        threading.Event().wait()
    return 1
"""


def slow_commits(toy: Toy) -> set[tuple[str, str]]:
    """Return the regressions of the site: benchmark and commit."""
    revision_to_hash = toy.published("index.json")["revision_to_hash"]
    assert isinstance(revision_to_hash, dict)
    regressions = toy.published("regressions.json")["regressions"]
    assert isinstance(regressions, list)
    return {
        (name, revision_to_hash[str(after)])
        for name, _, _, _, _, _, jumps in regressions
        for _, after, _, _ in jumps
    }


def test_the_site_has_the_commits(tracked: Toy) -> None:
    revision_to_hash = tracked.published("index.json")["revision_to_hash"]

    assert isinstance(revision_to_hash, dict)
    assert len(revision_to_hash) == MEASURED
    assert tracked.named("speak of speed") not in revision_to_hash.values()


def test_the_slow_commit_is_named(tracked: Toy) -> None:
    slow = tracked.named("make it slow")

    assert slow_commits(tracked) == {("speed.Work.track_steps", slow)}


def test_compare_prints_figures(tracked: Toy) -> None:
    table = tracked.asv("compare", tracked.named("add a check"), tracked.named("make it slow"))

    row = next(line for line in table.splitlines() if "speed.Work.track_steps" in line)
    assert row.split()[1] == "+"
    assert str(SLOW) in row


def test_a_second_run_measures_nothing_and_says_so(tracked: Toy) -> None:
    again = tracked.track()

    assert again.returncode == 0
    assert f"has results for all {MEASURED} commits" in again.stdout


def test_only_the_name_of_the_machine_is_kept(tracked: Toy) -> None:
    assert (tracked.root / "results/local/machine.json").read_text("utf-8").split() == [
        "{", '"machine":', '"local",', '"version":', "1", "}",
    ]  # fmt: skip


def test_a_reverted_regression_is_no_longer_listed(tracked: Toy, tmp_path: Path) -> None:
    """On another branch and without a main, as in a clone of a branch alone."""
    toy = tracked.copy(tmp_path)
    toy.git("checkout", "--quiet", "-b", "mended")
    toy.git("branch", "--quiet", "-D", "main")
    toy.commit("make it fast again", FAST)

    run = toy.track()

    assert run.returncode == 0, run.stderr
    assert "Measured 1 commit." in run.stdout
    assert slow_commits(toy) == set()
    assert toy.git("status", "--porcelain") == ""


def test_the_budget_allows_one_commit_at_least(toy: Toy) -> None:
    run = toy.track("--budget", "0s")

    assert "Measured 1 commit." in run.stdout
    assert f"The budget is spent; {MEASURED - 1} commits left" in run.stdout


def test_an_interrupted_run_stops_everything_and_is_continued(toy: Toy) -> None:
    toy.write("benchmarks/wait.py", HANG.replace("SUBJECT", "mend a comment"))
    run = toy.start_tracking("--commits", "3")
    wait_for(run, "2/3 ")
    wait_for(run, " %  speed.Work")
    run.send_signal(signal.SIGINT)
    rest, _ = run.communicate(timeout=30)

    assert run.returncode == 128 + signal.SIGINT
    assert "1 commit measured in this run and kept" in rest
    assert survivors(toy) == []

    (toy.root / "benchmarks/wait.py").unlink()
    continued = toy.track("--commits", "2")

    assert toy.named("mend a comment")[:8] in continued.stdout
    assert toy.named("tidy up")[:8] not in continued.stdout
    assert "Measured 2 commits." in continued.stdout


NEW: Final = """
import toy


def track_new():
    return toy.work()

track_new.version = "1"
"""


def figures(toy: Toy) -> dict[str, dict[str, object]]:
    """Return the rows of each file of results."""
    files = (toy.root / "results/local").glob("*-*.json")
    return {file.name: json.loads(file.read_text("utf-8"))["results"] for file in files}


def test_a_new_benchmark_is_added_to_what_is_there(tracked: Toy, tmp_path: Path) -> None:
    toy = tracked.copy(tmp_path)
    before = figures(toy)
    toy.write("benchmarks/new.py", NEW)

    run = toy.track("--bench", "new", "--commits", "2")
    again = toy.track("--bench", "new", "--commits", "1", "main~1..main")

    after = figures(toy)
    added = [name for name, rows in after.items() if rows.pop("new.track_new", None)]
    assert "Measured 2 commits." in run.stdout
    assert len(added) == 2
    assert after == before
    assert "has 'new' among the results for all 1 commit" in again.stdout
    assert list((toy.root / "results/local").glob("*.kept")) == []


def test_a_benchmark_that_is_not_there_is_named(tracked: Toy) -> None:
    run = tracked.track("--bench", "no_such_one")

    assert run.returncode == 1
    assert "No benchmark has 'no_such_one' in its name" in run.stderr


def test_a_process_left_behind_is_reported_and_stopped(toy: Toy) -> None:
    toy.write("benchmarks/leak.py", LEAK)

    run = toy.track("--commits", "1")

    assert "left a process running; stopped it:" in run.stdout
    assert "time.sleep(600)" in run.stdout
    assert survivors(toy) == []


def test_a_commit_that_cannot_be_built_is_passed_over(toy: Toy) -> None:
    """With a good one after it, asv finds the benchmarks there and skips them here."""
    toy.write("pyproject.toml", "[project]\n")
    toy.commit("break the build", SLOW + 1)
    broken = toy.git("rev-parse", "HEAD")
    toy.git("checkout", "--quiet", "HEAD~", "pyproject.toml")
    toy.commit("mend the build", SLOW)

    run = toy.track("--commits", "1", f"{broken}^!")

    assert run.returncode == 1
    assert f"{broken[:8]} cannot be installed" in run.stdout
    assert not list((toy.root / "results").glob(f"*/{broken[:8]}*"))


def test_a_commit_that_cannot_be_locked_is_passed_over(toy: Toy) -> None:
    toy.commit("break the lock", SLOW + 1)
    toy.write("requirements.lock", "no-such-package-of-ours==0.0.1\n")
    toy.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    broken = toy.git("rev-parse", "HEAD")

    run = toy.track("--commits", "2")

    assert broken[:8] in run.stdout
    assert "no-such-package-of-ours" in run.stdout
    assert "Measured 1 commit." in run.stdout
    assert not list((toy.root / "results").glob(f"*/{broken[:8]}*"))


def test_a_commit_whose_every_benchmark_fails_is_not_tried_again(toy: Toy) -> None:
    toy.write("benchmarks/speed.py", "def track_it():\n    raise ZeroDivisionError\n")

    run = toy.track("--commits", "1")
    again = toy.track("--commits", "1")

    assert run.returncode == 1
    assert "every benchmark fails" in run.stdout
    assert "ZeroDivisionError" in run.stdout
    assert toy.named("tidy up")[:8] not in again.stdout


def test_benchmarks_that_cannot_be_imported_stop_the_run(toy: Toy) -> None:
    toy.write("benchmarks/speed.py", "import no_such_module_of_ours\n")

    run = toy.track()

    assert run.returncode == 1
    assert "giving up" in run.stdout
    assert "no_such_module_of_ours" in run.stdout


def wait_for(run: subprocess.Popen[str], text: str) -> None:
    """Read the output up to a line with `text`; the test's own limit bounds the wait."""
    assert run.stdout is not None
    for line in run.stdout:
        if text in line:
            return
    pytest.fail(f"the run ended without {text!r}")
