"""Compare a pull request with where it branched off, and leave a report to be handed on.

What compare's exit status says is kept, so that it decides the job: 0 nothing is slower that nobody
has accepted, 1 something is, 2 a benchmark fails, 3 nothing was measured.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker import processes
from tracker.errors import UnknownRange
from tracker.history import History
from tracker.pull_request import artifact
from tracker.pull_request.errors import NothingCompared

NOTHING_MEASURED: Final = 3

BUDGET: Final = "40m"
"""Nobody waits for it, so that every benchmark is reached."""

COMPARE: Final = (sys.executable, "-m", "tracker", "compare")
"""Takes BASE HEAD --markdown FILE --json FILE --accept 'PATTERN REASON'."""

LABEL: Final = "perf-ok"
"""Whoever may triage may set it; who did is written under the pull request."""

GRACE_S: Final = 10.0
"""After Ctrl-C, in which compare removes its worktrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which pull request, and where its report goes."""

    base: str
    """A branch, or a commit; its merge base with `head` is compared."""
    head: str
    number: int
    labelled: bool
    """Whether it has the label that accepts whatever is slower."""
    folder: Path


def report(request: Request, repository: Path, compare: Sequence[str] = COMPARE) -> int:
    """Compare, write the files of the artifact and the summary; return the exit status.

    Raises:
        TrackerError: there is no common commit, or compare wrote no report.
    """
    root = History.around(repository).root
    head = _commit(root, "rev-parse", "--verify", f"{request.head}^{{commit}}")
    base = _commit(root, "merge-base", request.base, head)
    # A report of an earlier run must not pass for that of this one.
    request.folder.mkdir(parents=True, exist_ok=True)
    for name in artifact.FILES:
        (request.folder / name).unlink(missing_ok=True)
    command = [*compare, *arguments(base, head, request.folder, labelled=request.labelled)]
    patience = processes.Patience(grace_s=GRACE_S)
    status = processes.run(command, root, os.environ, _say, patience).status
    markdown, details = (request.folder / name for name in (artifact.REPORT, artifact.DETAILS))
    if not markdown.is_file() or not details.is_file():
        raise NothingCompared(status)
    artifact.write_number(request.folder, request.number, head)
    _summarise(markdown)
    return status


def arguments(base: str, head: str, folder: Path, *, labelled: bool) -> list[str]:
    """Return what compare is called with; its files go into `folder`."""
    markdown, details = (
        str((folder / each).resolve()) for each in (artifact.REPORT, artifact.DETAILS)
    )
    accepting = ["--accept", f"* the label {LABEL}"] if labelled else []
    return [base, head, "--budget", BUDGET, "--markdown", markdown, "--json", details, *accepting]


def _say(line: str) -> None:
    print(line, flush=True)


def _commit(root: Path, *command: str) -> str:
    git = ["git", "-C", str(root), *command]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().removeprefix("fatal: ").splitlines()
        raise UnknownRange(command[1:], said[0] if said else "they have no commit in common")
    return done.stdout.strip()


def _summarise(markdown: Path) -> None:
    """Show the report on the page of the run, where GitHub has given us a file for it."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as page:
            page.write(markdown.read_text("utf-8") + "\n")
