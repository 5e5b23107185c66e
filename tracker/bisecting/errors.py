"""Why no commit was looked for, or none was found."""

from collections.abc import Sequence

from tracker.errors import TrackerError

NAMES_SHOWN_MAX = 10


class NothingToFind(TrackerError):
    """The two ends do not differ, so no commit between them made a difference."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Nothing to find: {why}.")


class InvalidRange(TrackerError):
    """The range is not one that can be halved."""

    def __init__(self, given: str, why: str) -> None:
        super().__init__(
            f"{given!r} cannot be searched: {why}; give GOOD..BAD, such as v1.0..main."
        )


class NoSuchCase(TrackerError):
    """No benchmark has that name, or several have."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        shown = "".join(f"\n  {one}" for one in near[:NAMES_SHOWN_MAX])
        more = f"\n  and {len(near) - NAMES_SHOWN_MAX} more" if len(near) > NAMES_SHOWN_MAX else ""
        said = f"Name one of:{shown}{more}" if near else "`asv check` lists what there is."
        super().__init__(f"{name!r} names no single benchmark. {said}")


class NoSuchCounter(TrackerError):
    """The counter asked for is not counted."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        there = ", ".join(known) or "nothing: it is no benchmark of time"
        super().__init__(f"{name!r} is not counted here; counted is {there}.")


class EndNotMeasured(TrackerError):
    """One end of the range gives no figure, so nothing can be said of what lies between."""

    def __init__(self, end: str, why: str) -> None:
        super().__init__(
            f"{end.capitalize()} gives no figure: {why}. Choose ends that can be measured."
        )
