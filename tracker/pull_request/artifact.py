"""The files that the run of a pull request hands to the run that may write comments.

The code of the pull request wrote them, so reading trusts nothing: not the names, the sizes, the
kinds of file, nor what is in them.
"""

import json
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tracker.pull_request.errors import UnusableArtifact

REPORT: Final = "report.md"
DETAILS: Final = "report.json"
PULL_REQUEST: Final = "pull-request.json"
FILES: Final = (REPORT, DETAILS, PULL_REQUEST)

SIZE_MAX_BYTES: Final = 1_000_000
"""Of one file. A report of a hundred benchmarks is a twentieth of this."""

NUMBER_MAX: Final = 10**9


@dataclass(frozen=True, slots=True)
class Handover:
    """A report, and the pull request that it says it is of."""

    number: int
    report: str


def write_number(folder: Path, number: int, head: str) -> None:
    """Note which pull request, and which commit of it, the report beside it is of."""
    content = json.dumps({"pull_request": number, "head": head})
    (folder / PULL_REQUEST).write_text(content + "\n", "utf-8")


def read(folder: Path) -> Handover:
    """Read what was handed over.

    Raises:
        UnusableArtifact: it is not what `pr-report` writes.
    """
    try:
        noted: Any = json.loads(read_text(folder / PULL_REQUEST))
    except (ValueError, RecursionError) as error:
        raise UnusableArtifact(PULL_REQUEST, "it is no JSON") from error
    number = noted.get("pull_request") if isinstance(noted, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= NUMBER_MAX:
        raise UnusableArtifact(PULL_REQUEST, f"pull_request is no number from 1 to {NUMBER_MAX}")
    return Handover(number, read_text(folder / REPORT))


def read_text(file: Path) -> str:
    """Read a plain file of bounded size; what is no UTF-8 is replaced, and not an error.

    Raises:
        UnusableArtifact: it is not there, a link, a folder, empty, or too large.
    """
    try:
        # Not followed: a link could lead to any file of the machine that posts comments.
        mode = file.lstat().st_mode
        if not stat.S_ISREG(mode):
            raise UnusableArtifact(file.name, "it is no plain file")
        with file.open("rb") as opened:
            content = opened.read(SIZE_MAX_BYTES + 1)
    except OSError as error:
        raise UnusableArtifact(file.name, (error.strerror or str(error)).lower()) from error
    if len(content) > SIZE_MAX_BYTES:
        raise UnusableArtifact(file.name, f"it has more than {SIZE_MAX_BYTES} bytes")
    if not content.strip():
        raise UnusableArtifact(file.name, "it is empty")
    return re.sub(r"\r\n?", "\n", content.decode("utf-8", errors="replace"))
