"""The two commits: which they are, and by what else than their code they differ."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.lockstep import sides

LOCK: Final = "requirements.lock"

TIMEOUT_S: Final = 60.0

PINNED: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Commit:
    """One side of a comparison."""

    sha: str
    subject: str = ""

    @property
    def short(self) -> str:
        """As asv abbreviates it."""
        return self.sha[:8]


@dataclass(frozen=True, slots=True)
class Package:
    """A package whose version differs; None where a side is without it."""

    name: str
    base: str | None
    head: str | None


def resolve(root: Path, name: str) -> Commit:
    """Return the commit that `name` means.

    Raises:
        UnknownCommit: git knows none.
    """
    sha = sides.resolve(root, name)
    return Commit(sha, git(root, "log", "-1", "--format=%s", sha).strip())


def differs(root: Path, base: str, head: str, paths: tuple[str, ...]) -> bool:
    """Say whether the commits hold anything else under `paths`."""
    return bool(git(root, "diff", "--name-only", base, head, "--", *paths).strip())


def uncommitted(root: Path, paths: tuple[str, ...]) -> list[str]:
    """Return the files under `paths` that differ from the commit that is checked out."""
    changed = git(root, "status", "--porcelain", "--", *paths)
    return [line[3:] for line in changed.splitlines()]


def packages(root: Path, base: str, head: str) -> tuple[Package, ...]:
    """Return the packages whose versions differ between the lock files, by name."""
    before, after = (pins(git(root, "show", f"{sha}:{LOCK}")) for sha in (base, head))
    return tuple(
        Package(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def pins(lock: str) -> dict[str, str]:
    """Return the version of each package of a lock file."""
    return dict(PINNED.findall(lock))


def git(root: Path, *arguments: str) -> str:
    """Return what git prints; nothing when it fails."""
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, errors="replace"
    )
    return done.stdout if not done.returncode else ""
