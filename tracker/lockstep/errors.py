"""Why two commits cannot be measured in lockstep.

    TrackerError
    └── LockstepError
        ├── UnknownCommit        git knows no such commit
        ├── NotInstallable       a commit's environment could not be made
        ├── FolderBusy           another run has the environments
        └── SuiteUnusable        the benchmarks cannot be discovered

A benchmark that fails is no error: its result is a `Failure`.
"""

from pathlib import Path

from tracker.errors import TrackerError


class LockstepError(TrackerError):
    """Base of the errors above."""


class UnknownCommit(LockstepError):
    """There is nothing of that name to install."""

    def __init__(self, name: str) -> None:
        super().__init__(f"git knows no commit {name!r}; give a hash, a branch, a tag or HEAD~1.")


class NotInstallable(LockstepError):
    """The environment of a commit could not be made, or its project not be installed into it."""

    def __init__(self, commit: str, said: str) -> None:
        super().__init__(
            f"{commit[:8]} cannot be installed, so it cannot be measured. What was said, in the"
            f" end:\n{said or '(nothing)'}"
        )


class FolderBusy(LockstepError):
    """Two runs would install into the same environments."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another run measures with the environments of {folder.parent.name}/{folder.name}/;"
            " wait for it, end it, or give another folder."
        )


class SuiteUnusable(LockstepError):
    """asv's discovery failed on both commits."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"The benchmarks cannot be discovered; `asv check` says more. In the end:\n{said}"
        )
