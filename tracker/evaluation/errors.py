"""What can not be evaluated, and why."""

from collections.abc import Sequence
from pathlib import Path

from tracker.errors import TrackerError


class InvalidSeries(TrackerError):
    """A file of labelled series does not hold what it must."""

    def __init__(self, file: Path, problems: Sequence[str]) -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(
            f"{file.name} is no file of labelled series:{lines}\n"
            "docs/evaluation.md says which arrays it must hold."
        )


class FaultOutdated(TrackerError):
    """The server has changed where a fault changes it."""

    def __init__(self, name: str, file: str, times: int) -> None:
        super().__init__(
            f"The fault {name!r} cannot be applied: its piece is {times} times in {file}, not once;"
            " bring it up to date in tracker/evaluation/."
        )


class CloneFailed(TrackerError):
    """There is no copy of the repository to make mistakes in."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"This repository could not be cloned: git {command} said: {said}")


class NotCalibrated(TrackerError):
    """Nobody knows how much work makes a benchmark slower by a given share."""

    def __init__(self, benchmark: str, why: str) -> None:
        super().__init__(f"Work for {benchmark} cannot be sized: {why}.")
