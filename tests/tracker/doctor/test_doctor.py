"""The command: it says what it saw, and its exit status says whether anything fails."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.tracker.toy import ROOT, Toy
from tracker.doctor.examination import CHECKS, FULL, examine, exit_status
from tracker.doctor.model import Finding, Seen, State, fail, listed, ok, warn


def doctor(toy: Toy, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracker", "doctor", *options]
    # asv takes away PYTHONPATH, and the toy is not installed here.
    environ = {**toy.environ(), "ASV_PYTHONPATH": str(toy.root)}
    return subprocess.run(
        command, cwd=toy.root, env=environ, capture_output=True, text=True, check=False
    )


def test_a_good_setup_passes_whole(tracked: Toy) -> None:
    run = doctor(tracked, "--json", "--full")

    rows = {row["check"]: row for row in json.loads(run.stdout)}
    assert list(rows) == [*CHECKS, *FULL]
    assert run.returncode == 0, rows
    assert rows["benchmarks"]["seen"] == "1 modules"
    assert rows["asv check"]["state"] == "ok"
    assert rows["site"]["state"] == "ok"
    assert all(row["way_out"] for row in rows.values() if row["state"] in {"warn", "fail"})


def test_benchmarks_that_can_not_be_imported_fail_and_are_shown(toy: Toy) -> None:
    toy.write("benchmarks/broken.py", "import no_such_module\n")

    run = doctor(toy)

    assert run.returncode == 1
    assert "no_such_module" in run.stdout
    assert "configuration" in run.stdout


def test_a_check_that_falls_over_does_not_take_the_others_along(tmp_path: Path) -> None:
    def falls(_: Path) -> Seen:
        raise OSError("the disk is gone")

    found = list(examine(tmp_path, {"a": falls, "b": lambda _: ok("fine")}, lambda _: None))

    assert [each.seen.state for each in found] == [State.FAIL, State.OK]
    assert "the disk is gone" in found[0].seen.text


def test_only_a_failure_makes_the_status_one() -> None:
    assert exit_status([Finding("a", warn("loud", "wait"))]) == 0
    assert exit_status([Finding("a", ok("")), Finding("b", fail("", ""))]) == 1


def test_of_many_problems_some_are_shown() -> None:
    assert listed(["a"]) == "a"
    assert listed(list("abcdefgh")) == "a; b; c; d; e; and 3 more"


def test_the_page_has_every_check_in_order() -> None:
    page = (ROOT / "docs/doctor.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z][a-z -]*) \|", page, re.MULTILINE)[1:]

    assert sorted(rows) == sorted([*CHECKS, *FULL])
    assert [row for row in rows if row in CHECKS] == list(CHECKS)
