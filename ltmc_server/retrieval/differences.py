"""What changed between two versions of a text."""

from difflib import unified_diff
from typing import Final

LINES_MAX: Final = 5_000
"""Of both texts together; finding differences takes time that grows with the square."""


def difference(before: str, after: str) -> str | None:
    """Return a unified diff without file names; None where the texts are too long for one."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > LINES_MAX:
        return None
    return "\n".join(list(unified_diff(old, new, n=1, lineterm=""))[2:])
