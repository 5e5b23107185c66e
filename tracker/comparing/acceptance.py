"""`Accept-slower: tools.todo.* the list is sorted now`: a slow-down that its author owns up to.

A trailer of a commit's message, so that the reason stays where the change is.
"""

import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

TRAILER: Final = "Accept-slower"

SEPARATOR: Final = "\x1f"
"""Between trailers; no message holds one."""

TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which benchmarks may be slower, and why."""

    pattern: str
    """As in a shell: `*` stands for anything. A benchmark's name means all its parameters."""
    reason: str
    commit: str = ""
    """Whose message says so; empty when it was said at the command line."""

    def covers(self, benchmark: str, name: str = "") -> bool:
        """Say whether it is about a benchmark, or the one case of it that is called `name`."""
        # A case's name has brackets of its own, which fnmatch would read as a set.
        return fnmatchcase(benchmark, self.pattern) or (bool(name) and self.pattern == name)


def parse(text: str, commit: str = "") -> Acceptance | None:
    """Read what follows `Accept-slower:`; None without a pattern and a reason.

    A trailer that breaks its line goes on with a space at the start of the next.
    """
    pattern, _, reason = re.sub(r"\s+", " ", text).strip().partition(" ")
    return Acceptance(pattern, reason, commit) if pattern and reason else None


def parse_log(log: str) -> tuple[tuple[Acceptance, ...], tuple[str, ...]]:
    """Read lines `COMMIT<US>trailer<US>trailer…`; return what was accepted, and what has no reason.

    The second are texts for the report: an acceptance without a reason is none.
    """
    accepted, refused = [], []
    for line in log.splitlines():
        commit, *trailers = line.split(SEPARATOR)
        for trailer in filter(str.strip, trailers):
            if said := parse(trailer, commit):
                accepted.append(said)
            else:
                refused.append(f"{commit[:8]}: `{TRAILER}: {trailer.strip()}` gives no reason")
    return tuple(accepted), tuple(refused)


def read(root: Path, base: str, head: str) -> tuple[tuple[Acceptance, ...], tuple[str, ...]]:
    """Read the trailers of all commits that head has and base has not, newest first."""
    trailers = f"%(trailers:key={TRAILER},valueonly,unfold,separator=%x1f)"
    command = ["git", "-C", str(root), "log", f"--format=%H%x1f{trailers}", f"{base}..{head}"]
    shown = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, errors="replace"
    )
    return parse_log(shown.stdout)


def accepting(
    acceptances: Iterable[Acceptance], benchmark: str, name: str = ""
) -> Acceptance | None:
    """Return the first that covers a benchmark."""
    return next((each for each in acceptances if each.covers(benchmark, name)), None)


def unused(acceptances: Sequence[Acceptance], benchmarks: Iterable[str]) -> list[Acceptance]:
    """Return those that cover none of `benchmarks`: mistyped, or no longer needed."""
    names = tuple(benchmarks)
    return [each for each in acceptances if not any(map(each.covers, names))]
