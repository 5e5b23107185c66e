"""Which of the published actions have a benchmark with a figure?

The actions are read from the schemas that the server's tests keep; which benchmark is whose, from
the page that other tests hold against the code. Both are files: the tracker imports no server.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.results import Point

SCHEMAS: Final = "tests/protocol/schemas"
PAGE: Final = "docs/coverage.md"

ROW: Final = re.compile(r"^\| `(\w+?)(?:_action)? (\w+)` \|.*\| `([\w.]+)` \|$", re.MULTILINE)
"""Of the page: tool, action, benchmark."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The actions of one tool, by whether they were measured."""

    tool: str
    measured: tuple[str, ...]
    missing: tuple[str, ...]


def actions(folder: Path) -> dict[str, list[str]]:
    """Return tool → its published actions; nothing where there are no schemas.

    A file of one schema is a tool with an `action`; one of several has a tool for each action.
    """
    published: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.json")):
        try:
            schema = json.loads(file.read_text("utf-8"))
            named = schema.get("properties", {}).get("action", {}).get("enum", ())
            flat = () if "properties" in schema else schema
        except (ValueError, AttributeError):
            continue  # not a schema
        prefix = f"{file.stem}_"
        published[file.stem] = [*named, *(name.removeprefix(prefix) for name in flat)]
    return published


def named(root: Path) -> dict[tuple[str, str], str]:
    """Return (tool, action) → its benchmark, as the page says; nothing without the page."""
    try:
        page = (root / PAGE).read_text("utf-8")
    except FileNotFoundError:
        return {}
    return {(tool, action): benchmark for tool, action, benchmark in ROW.findall(page)}


def coverage(
    published: Mapping[str, Sequence[str]],
    benchmarks: Mapping[tuple[str, str], str],
    points: Iterable[Point],
) -> list[Coverage]:
    """Return, tool by tool, which actions have a benchmark with a figure among the points."""
    told = {point.benchmark for point in points if point.value is not None}
    return [
        Coverage(
            tool,
            tuple(name for name in names if benchmarks.get((tool, name)) in told),
            tuple(name for name in names if benchmarks.get((tool, name)) not in told),
        )
        for tool, names in published.items()
    ]
