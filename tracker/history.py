"""What git knows: which commits there are, and on which branch."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tracker.errors import NotARepository, ShallowClone, UnknownRange


@dataclass(frozen=True, slots=True)
class History:
    """The commits of one repository."""

    root: Path

    @classmethod
    def around(cls, folder: Path) -> Self:
        """Return the history of the repository that `folder` lies in, if all of it is there."""
        top = _git(folder, "rev-parse", "--show-toplevel")
        if top.returncode:
            raise NotARepository(folder)
        history = cls(Path(top.stdout.strip()))
        if history._answer("rev-parse", "--is-shallow-repository") == "true":
            raise ShallowClone
        return history

    def branch(self, preferred: Sequence[str]) -> str:
        """Return the first of `preferred` that exists here, or else the branch checked out."""
        for name in preferred:
            if self._answer("rev-parse", "--verify", "--quiet", f"refs/heads/{name}"):
                return name
        return self._answer("symbolic-ref", "--short", "--quiet", "HEAD") or "HEAD"

    def commits(self, ranges: Sequence[str], paths: Sequence[str]) -> list[str]:
        """Return the first-parent commits of `ranges` that touch one of `paths`, newest first."""
        listed = _git(self.root, "rev-list", "--first-parent", *ranges, "--", *paths)
        if listed.returncode:
            reason = listed.stderr.strip().removeprefix("fatal: ").splitlines()[0]
            raise UnknownRange(ranges, reason)
        return listed.stdout.split()

    def knows(self, commit: str) -> bool:
        """Say whether this repository has that commit."""
        return not _git(self.root, "cat-file", "-e", f"{commit}^{{commit}}").returncode

    def subjects(self, commits: Sequence[str]) -> dict[str, str]:
        """Return the first line of each commit's message."""
        if not commits:
            return {}
        shown = self._answer("log", "--no-walk", "--format=%H %s", *commits)
        lines = (line.partition(" ") for line in shown.splitlines())
        return {commit: subject for commit, _, subject in lines}

    def file(self, commit: str, path: str) -> str | None:
        """Return a file as it was at a commit; None when it was not there."""
        shown = _git(self.root, "show", f"{commit}:{path}")
        return None if shown.returncode else shown.stdout

    def log(
        self, tip: str, form: str, options: Sequence[str] = (), paths: Sequence[str] = ()
    ) -> str:
        """Return `git log` of the first parents of `tip`, oldest first, in the form asked for."""
        command = ("log", "--first-parent", "--reverse", f"--format={form}", *options)
        logged = _git(self.root, *command, tip, "--", *paths)
        if logged.returncode:
            raise UnknownRange([tip], logged.stderr.strip().removeprefix("fatal: "))
        return logged.stdout

    def _answer(self, *arguments: str) -> str:
        return _git(self.root, *arguments).stdout.strip()


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
