"""What the package raises on purpose."""

from collections.abc import Sequence
from pathlib import Path

from tracker.errors import TrackerError


class InvalidNotes(TrackerError):
    """The file of notes does not say what it must."""

    def __init__(self, file: Path, problems: Sequence[str]) -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"{file.parent.name}/{file.name} is not valid:{lines}")


class InvalidConfirmations(TrackerError):
    """The file of confirmations cannot be read."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"{file.parent.name}/{file.name} is not valid: {problem}. Take it back from git, or"
            " delete it and measure the suspects again with `python -m tracker confirm`."
        )


class UnknownCommit(TrackerError):
    """No commit of the branch begins like that."""

    def __init__(self, commit: str) -> None:
        super().__init__(
            f"No commit of the branch begins with {commit!r}; `git log --first-parent` lists them."
        )


class NothingMeasured(TrackerError):
    """There is no history to find events in."""

    def __init__(self, machine: str, known: Sequence[str]) -> None:
        others = f" There is {', '.join(known)}." if known else " `./just track` measures."
        super().__init__(f"Machine {machine!r} has no results of this branch.{others}")
