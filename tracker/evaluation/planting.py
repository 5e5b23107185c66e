"""A clone of this repository, and commits in it that nobody wrote."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.evaluation.errors import CloneFailed
from tracker.evaluation.faults import DISPATCH, Fault

QUIET: Final = (
    *("-c", "user.name=Evaluation", "-c", "user.email=evaluation@example.org"),
    *("-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"),
)
"""Nothing of whoever runs it gets into the commits, and none of their hooks runs."""

GIT_TIMEOUT_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Planted:
    """The clone; every commit is made of the base, and is the same each time it is made."""

    root: Path
    base: str

    def commit(self, fault: Fault, parent: str | None = None) -> str:
        """Return a commit that is its parent, else the base, with a fault."""
        self._git("checkout", "--quiet", "--force", "--detach", parent or self.base)
        fault.apply(self.root)
        return self._commit(fault.name)

    def line(self, count: int, fault: Fault, place: int) -> list[str]:
        """Return so many commits, oldest first, each a word of a comment; one has the fault.

        Args:
            count: how many, the base included.
            fault: what is planted.
            place: of the commit that has it; 1 is the first after the base.
        """
        self._git("checkout", "--quiet", "--force", "--detach", self.base)
        commits = [self.base]
        for number in range(1, count):
            file = self.root / DISPATCH
            file.write_text(f"{file.read_text('utf-8')}# {number} words\n", "utf-8")
            if number == place:
                fault.apply(self.root)
            commits.append(self._commit(f"word {number}"))
        return commits

    def restore(self) -> None:
        """Make the working tree that of the base again: benchmarks come from there."""
        self._git("checkout", "--quiet", "--force", "--detach", self.base)

    def _commit(self, subject: str) -> str:
        self._git("commit", "--quiet", "--all", "--message", subject)
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        return _git(self.root, *arguments)


def clone(source: Path, folder: Path) -> Planted:
    """Clone the commit checked out at `source` into `folder`; a clone that is there is kept.

    So environments that were made from it are good for the next run, too.

    Raises:
        CloneFailed: git cannot; what was begun is removed.
    """
    base = head_of(source)
    if not (folder / ".git").is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        _git(source, "clone", "--quiet", "--shared", "--no-checkout", str(source), str(part))
        part.replace(folder)
    planted = Planted(folder, base)
    planted.restore()
    # asv wants a branch; it stays at the base.
    _git(folder, "branch", "--force", "main", base)
    return planted


def head_of(root: Path) -> str:
    """Return the commit that is checked out."""
    return _git(root, "rev-parse", "HEAD")


def _git(folder: Path, *arguments: str) -> str:
    # One date for all commits: the same change is the same commit in every run.
    date = "2026-01-01T00:00:00Z"
    environ = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    command: Sequence[str] = ["git", *QUIET, "-C", str(folder), *arguments]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=GIT_TIMEOUT_S
    )
    if done.returncode:
        raise CloneFailed(arguments[0], done.stderr.strip())
    return done.stdout.strip()
