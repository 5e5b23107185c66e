"""What `compare` raises on purpose; each message says what to do next."""

from pathlib import Path

from tracker.errors import TrackerError


class NothingToCompare(TrackerError):
    """Both commits hold the same of all that is measured."""

    def __init__(self, base: str, head: str, paths: str) -> None:
        super().__init__(
            f"{base} and {head} do not differ in {paths}: there is nothing to compare."
            " With --anyway they are measured, which shows how steady the measuring is."
        )


class NothingChosen(TrackerError):
    """No benchmark is left to be measured."""

    def __init__(self, wanted: str | None) -> None:
        chosen = "" if wanted is None else f" that --bench {wanted!r} finds"
        super().__init__(
            f"There is no benchmark{chosen} to be compared; results/benchmarks.json names all."
        )


class InvalidPattern(TrackerError):
    """A regular expression that is none."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{pattern!r} is no regular expression: {reason}; write a.b as a\\.b.")


class NoReason(TrackerError):
    """An acceptance that does not say why."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"--accept {text!r} gives no reason; write --accept 'tools.todo.* it sorts now'."
        )


class InvalidSettings(TrackerError):
    """`[tool.tracker.compare]` does not say what it must."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"{file.name}: [tool.tracker.compare]: {reason}; docs/comparing.md shows the table."
        )


class InvalidFloors(TrackerError):
    """The file of noise floors is torn, or was written by hand."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"{file.name} holds no noise floors: {reason}; restore it with git,"
            " or delete it and measure anew with `./just noise`."
        )
