"""Two texts, line by line."""

import difflib
from collections.abc import Iterator
from typing import Any, TypedDict

from ltmc_server.isolation.child import open_no_more_files


class Row(TypedDict, total=False):
    """What is beside each other."""

    kind: str
    """`same`, `changed`, `removed` or `added`."""
    line1: int
    text1: str
    line2: int
    text2: str


def compared(
    texts: tuple[str, str], names: tuple[str, str], context: int, window: tuple[int, int] | None
) -> dict[str, Any]:
    """Return how the second text differs from the first.

    Args:
        texts: both.
        names: under which they are in the result.
        context: equal lines around each difference.
        window: to get rows, in place of a unified diff: how many to skip, and how many to return.
    """
    open_no_more_files()
    first, second = (text.splitlines() for text in texts)
    matcher = difflib.SequenceMatcher(None, first, second)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    said: dict[str, Any] = {
        # A line break at the end may be all that differs.
        "changes_detected": texts[0] != texts[1],
        "lines_removed": sum(end - start for _, start, end, _, _ in changes),
        "lines_added": sum(end - start for _, _, _, start, end in changes),
    }
    if window:
        groups = matcher.get_grouped_opcodes(context)
        rows = [row for group in groups for code in group for row in _rows(code, first, second)]
        skip, count = window
        return said | {"items": rows[skip : skip + count], "total": len(rows)}
    diff = difflib.unified_diff(first, second, *names, n=context, lineterm="")
    return said | {"diff_output": "\n".join(diff)}


def _rows(
    code: tuple[str, int, int, int, int], first: list[str], second: list[str]
) -> Iterator[Row]:
    kind = {"equal": "same", "replace": "changed", "delete": "removed", "insert": "added"}[code[0]]
    _, start1, end1, start2, end2 = code
    for step in range(max(end1 - start1, end2 - start2)):
        row = Row(kind=kind)
        if start1 + step < end1:
            row |= Row(line1=start1 + step + 1, text1=first[start1 + step])
        if start2 + step < end2:
            row |= Row(line2=start2 + step + 1, text2=second[start2 + step])
        if kind == "changed" and len(row) == 3:
            row["kind"] = "removed" if "line1" in row else "added"
        yield row
