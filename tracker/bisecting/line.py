"""The commits of a range in one line, good first, bad last."""

from dataclasses import dataclass
from typing import Final, Self

from tracker.bisecting.errors import InvalidRange, NothingToFind
from tracker.errors import UnknownRange
from tracker.history import History

BETWEEN: Final = ".."


@dataclass(frozen=True, slots=True)
class Line:
    """Commits, oldest first; the first is good, the last is bad."""

    commits: tuple[str, ...]
    subjects: dict[str, str]

    @classmethod
    def read(cls, history: History, given: str, paths: tuple[str, ...]) -> Self:
        """Read `GOOD..BAD`: of the first-parent commits those that touch one of `paths`.

        Any other commit is as fast as the one before it: the benchmarks come from the working tree.

        Raises:
            InvalidRange: it is no such range, or bad does not follow good.
            NothingToFind: no commit between touches what is measured.
        """
        good, between, bad = given.partition(BETWEEN)
        if not between or bad.startswith(".") or not good or not bad:
            raise InvalidRange(given, "it names no two commits")
        try:
            [good] = history.commits(("--max-count=1", f"{good}^{{commit}}"), ())
            [bad] = history.commits(("--max-count=1", f"{bad}^{{commit}}"), ())
            if history.commits((good, f"^{bad}"), ()):
                raise InvalidRange(given, "the bad commit does not follow the good one")
            touching = history.commits((f"{good}..{bad}",), paths)
        except UnknownRange as unknown:
            raise InvalidRange(given, "git knows no such commits") from unknown
        if not touching:
            raise NothingToFind(f"no commit of {given} touches {', '.join(paths)}")
        commits = (good, *reversed(touching))
        return cls(commits, history.subjects(commits))

    def told(self, commit: str) -> str:
        """Return a commit as it is read."""
        return f"{commit[:8]} {self.subjects[commit]}"
