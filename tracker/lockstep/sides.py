"""Two commits, each installed into an environment of its own, ready at once."""

import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tracker import processes
from tracker.lockstep.errors import FolderBusy, NotInstallable, UnknownCommit
from tracker.lockstep.model import Side

FOLDER: Final = ".asv/lockstep"
"""Of the environments, in the repository; asv's own folder is not committed either."""

INSTALLATION_TIMEOUT_S: Final = 1_200.0
TAIL_LINES: Final = 15

Progress = Callable[[str], None]


def silent(step: str) -> None:
    """Say nothing of what is being done."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A commit in its environment."""

    commit: str
    python: str
    variables: Mapping[str, str]
    """What asv adds to the environment of a benchmark."""
    benchmark_dir: str
    timeout_s: float
    """Of a benchmark that names none."""

    def environ(self, seed: int | None) -> dict[str, str]:
        """Return the variables of a process of this side, with that seed of hashing.

        Without one, asv's configuration decides.
        """
        kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        path = os.pathsep.join((str(Path(self.python).parent), kept.get("PATH", "")))
        seeded = {} if seed is None else {"PYTHONHASHSEED": str(seed % 2**32)}
        return {**kept, **self.variables, "PATH": path, **seeded}


@contextmanager
def installed(
    root: Path, commits: Mapping[Side, str], folder: Path | None, progress: Progress
) -> Iterator[Mapping[Side, Installed]]:
    """Install both commits, and keep other runs out of their environments.

    Raises:
        UnknownCommit: git does not know one of them.
        FolderBusy: another run has the folder.
        NotInstallable: one of them cannot be installed.
    """
    whole = {side: resolve(root, name) for side, name in commits.items()}
    place = (folder or root / FOLDER).absolute()
    place.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place / "busy.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise FolderBusy(place) from None
    try:
        yield {
            side: _install(root, commit, place / side, progress) for side, commit in whole.items()
        }
    finally:
        lock.release()


def resolve(root: Path, name: str) -> str:
    """Return the full hash of a commit."""
    command = ["git", "-C", str(root), "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode or name.startswith("-"):
        raise UnknownCommit(name)
    return found.stdout.strip()


def _install(root: Path, commit: str, env_dir: Path, progress: Progress) -> Installed:
    progress(f"installing {commit[:8]}")
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    with tempfile.TemporaryDirectory(prefix="lockstep-") as temporary:
        out = Path(temporary, "installed.json")
        # Not the tracker of the repository that is measured: it may be another, or none.
        command = [sys.executable, "-P", "-m", "tracker.lockstep.installation"]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        try:
            ended = processes.run(
                [*command, commit, str(env_dir), str(out)],
                root,
                environ,
                tail.append,
                processes.Patience(limit_s=INSTALLATION_TIMEOUT_S),
            )
        except subprocess.TimeoutExpired:
            tail.append(f"(stopped after {INSTALLATION_TIMEOUT_S:.0f} s)")
            raise NotInstallable(commit, "\n".join(tail)) from None
        if ended.status:
            raise NotInstallable(commit, "\n".join(tail))
        return Installed(commit=commit, **json.loads(out.read_text("utf-8")))
