"""How entries, lines and trees look in a result."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar

import orjson

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import NoSuchPath, Unreadable
from ltmc_server.model import Page
from ltmc_server.tools.vocabulary import Object
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import Entry, Folder
from ltmc_server.workspace.names import shown
from ltmc_server.workspace.secrets import looks_secret
from ltmc_server.workspace.walking import Step, Walk

ENGINE: Final = "python"
"""Says what did the work; no other program does any."""

LINE_CHARS_MAX: Final = 400
"""Of a line that grep found."""
_BEFORE_MATCH_CHARS: Final = 100

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Page[Object]):
    """A page, and what is to be known of how it came about."""

    engine: str = ENGINE
    path: str | None = None
    left_out: int | None = None
    """Hidden and ignored entries."""
    skipped: dict[str, int] | None = None
    """Files that were not read, by reason."""
    stopped_by: Sequence[str] | None = None
    """Bounds that ended the work early; then `total` counts what was seen until then."""
    about: Object | None = None


def listing(
    items: Sequence[Object], *, total: int, offset: int, walk: Walk | None = None
) -> Listing:
    """Return a page that began at `offset` of `total`, with what a walk left out."""
    page = Listing.of(items, total=total, offset=offset)
    if walk is None:
        return page
    return replace(
        page,
        left_out=walk.left_out or None,
        skipped={"unreadable": walk.unreadable} if walk.unreadable else None,
        stopped_by=sorted(walk.stopped_by) or None,
    )


def as_entry(workspace: Workspace, folder: Folder, entry: Entry, *, long: bool = False) -> Object:
    """Return an entry of a folder as ls gives it."""
    name = shown(entry.name)
    secret = entry.kind == "file" and looks_secret((*folder.parts, entry.name))
    said: Object = {
        "name": name,
        "type": entry.kind,
        "escaped": True if name != entry.name else None,
        "secret": True if secret else None,
    }
    if entry.kind == "link":
        said |= _target(workspace, folder, entry.name)
    if long:
        said |= {
            "size_bytes": entry.size_bytes if entry.kind == "file" else None,
            "modified_at": when(entry.modified_s),
            "mode": stat.filemode(entry.mode),
        }
    return said


def when(seconds: float) -> datetime | None:
    """Return a file's time; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    except (OverflowError, ValueError, OSError):
        return None


def _target(workspace: Workspace, folder: Folder, name: str) -> Object:
    """Say where a link leads, if that is inside."""
    try:
        target = workspace.target(folder, name)
    except NoSuchPath:
        return {"broken": True}
    except Unreadable:
        return {"unreadable": True}
    return {"target": target} if target is not None else {"outside": True}


def mark(entry: Entry) -> str:
    """Return the sign that tells what an entry is, as `ls -F` writes it."""
    if entry.kind == "file":
        return "*" if entry.mode & 0o111 else ""
    return {"folder": "/", "link": "@", "other": "|"}[entry.kind]


def drawn(steps: Sequence[tuple[str, Step]]) -> str:
    """Draw entries below each other, each behind the lines that lead to it."""
    lasts: list[bool] = []
    lines: list[str] = []
    for label, step in steps:
        lasts[step.depth - 1 :] = [step.is_last]
        stems = ["    " if last else "│   " for last in lasts[:-1]]
        lines.append("".join(stems) + ("└── " if step.is_last else "├── ") + label)
    return "\n".join(lines)


def excerpt(line: str, at: int) -> Object:
    """Return a line, or the part of a long one that is around `at`."""
    if len(line) <= LINE_CHARS_MAX:
        return {"content": line}
    start = max(0, at - _BEFORE_MATCH_CHARS)
    return {"content": line[start : start + LINE_CHARS_MAX], "from_char": start, "cut": True}


def fitting(make: Callable[[int], _Item], text_of: Callable[[_Item], str], bytes_max: int) -> _Item:
    """Return what `make` makes of as many characters as fit.

    JSON writes some characters with six, so how many fit is found by trying.
    """
    chars = bytes_max
    made = make(chars)
    while (size := len(orjson.dumps(text_of(made)))) > bytes_max:
        chars = min(chars - 1, len(text_of(made)) * bytes_max // size)
        made = make(chars)
    return made
