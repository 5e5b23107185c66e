"""A pull request compared, and what is handed on: with the real compare where it is there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.tracker.toy import ROOT, Toy
from tracker.__main__ import COMMANDS
from tracker.pull_request import artifact
from tracker.pull_request.reporting import LABEL, arguments

STANDIN: Final = """
import json, pathlib, sys
status, (base, head, _, _, _, markdown, _, details, *more) = int(sys.argv[1]), sys.argv[2:]
if status < 9:
    pathlib.Path(markdown).write_text(f"status {status}\\n")
    pathlib.Path(details).write_text(json.dumps([base, head, *more]))
print("comparing")
sys.exit(status)
"""
"""Says what it is told to say; the rest of the way is what is looked at here."""

REPORTING: Final = """
import pathlib, sys
from tracker.pull_request.reporting import Request, report
from tracker.errors import TrackerError
request = Request(
    base=sys.argv[2], head="HEAD", number=7, labelled=sys.argv[3] == "true",
    folder=pathlib.Path("reports/pull-request"),
)
try:
    sys.exit(report(request, pathlib.Path.cwd(), [sys.executable, "-c", sys.argv[4], sys.argv[1]]))
except TrackerError as error:
    sys.exit(f"tracker: {error}")
"""


def compare(
    toy: Toy, status: int, base: str = "main", *, labelled: str = "false"
) -> subprocess.CompletedProcess[str]:
    """Report in a process of its own: what is stopped at its end are all its children."""
    command = [sys.executable, "-c", REPORTING, str(status), base, labelled, STANDIN]
    environ = {**toy.environ(), "GITHUB_STEP_SUMMARY": str(toy.home / "summary.md")}
    return subprocess.run(
        command, cwd=toy.root, env=environ, capture_output=True, text=True, check=False
    )


@pytest.fixture
def branched(toy: Toy) -> Toy:
    """Branch off before main's newest commit."""
    toy.git("checkout", "--quiet", "-b", "topic", toy.named("mend a comment"))
    toy.commit("search more", 1_000)
    return toy


@pytest.mark.parametrize("status", [0, 1, 2, 3])
def test_the_verdict_is_the_exit_status_and_the_files_are_there(branched: Toy, status: int) -> None:
    run = compare(branched, status)

    folder = branched.root / "reports/pull-request"
    assert run.returncode == status, run.stderr
    assert artifact.read(folder) == artifact.Handover(7, f"status {status}\n")
    compared = json.loads((folder / artifact.DETAILS).read_text("utf-8"))
    assert compared == [branched.named("mend a comment"), branched.git("rev-parse", "HEAD")]
    assert (branched.home / "summary.md").read_text("utf-8") == f"status {status}\n\n"


def test_the_label_is_handed_to_compare(branched: Toy) -> None:
    details = branched.root / "reports/pull-request" / artifact.DETAILS
    compare(branched, 0, labelled="true")
    assert json.loads(details.read_text("utf-8"))[2:] == ["--accept", f"* the label {LABEL}"]

    compare(branched, 0)
    assert json.loads(details.read_text("utf-8"))[2:] == []


def test_a_report_of_an_earlier_run_is_not_handed_on(branched: Toy) -> None:
    assert compare(branched, 0).returncode == 0

    run = compare(branched, 9)

    assert "compare ended with status 9 and wrote no report" in run.stderr
    assert list((branched.root / "reports/pull-request").iterdir()) == []


def test_what_has_no_commit_in_common_is_said(branched: Toy) -> None:
    branched.git("checkout", "--quiet", "--orphan", "other")
    branched.commit("begin again", 5)

    assert "no commit in common" in compare(branched, 0).stderr
    assert "cannot read" in compare(branched, 0, "no-such-branch").stderr


def test_the_command_says_that_nothing_was_measured_when_it_could_not(branched: Toy) -> None:
    command = [sys.executable, "-m", "tracker", "pr-report", "nowhere", "--pull-request", "7"]
    run = subprocess.run(
        command, cwd=branched.root, env=branched.environ(), capture_output=True, check=False
    )

    assert run.returncode == 3


@pytest.mark.skipif("compare" not in COMMANDS, reason="there is no `tracker compare` yet")
def test_compare_takes_what_it_is_given(tmp_path: Path) -> None:
    # It is run for real by its own tests; here it only reads what it would be called with.
    given = arguments("main", "HEAD", tmp_path, labelled=True)
    command = [sys.executable, "-m", "tracker", "compare", *given, "--help"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0
    for option in filter(lambda each: each.startswith("--"), given):
        assert f"{option} " in run.stdout
