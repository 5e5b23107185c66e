"""Patterns from callers, matched by RE2.

RE2 takes time linear in the text whatever the pattern is, and bounded memory; Python's `re` and
the `regex` package take exponential time for some patterns, and hold the interpreter meanwhile.
The price: RE2 has no backreferences and no lookaround.
"""

import re
from functools import lru_cache
from typing import Any, Final

MEMORY_BYTES_MAX: Final = 2 << 20
"""Of one compiled pattern; a greater one is refused when it is compiled."""

_SET_SIGNS: Final = re.compile(r"[\\\[\]^&~]")
"""Which would mean something else in a set of RE2."""

GLOB_SIGNS: Final = frozenset("*?[{")


class BadPattern(ValueError):
    """The pattern is no regular expression that RE2 takes; the text says why."""


@lru_cache(maxsize=16)
def compiled(pattern: str, *, ignore_case: bool = False, as_text: bool = False) -> Any:  # noqa: ANN401  re2 has no types
    """Compile a regular expression, or a text that is to be found as it stands."""
    import re2

    options = re2.Options()
    options.max_mem = MEMORY_BYTES_MAX
    options.case_sensitive = not ignore_case
    options.literal = as_text
    options.log_errors = False
    try:
        return re2.compile(pattern if as_text else f"(?m){pattern}", options=options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise BadPattern(said) from error


def glob(pattern: str) -> Any:  # noqa: ANN401  re2 has no types
    """Compile a glob: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for folders."""
    return compiled(rf"\A(?:{_translated(pattern)})\z")


def is_glob(pattern: str) -> bool:
    """Tell whether it has any sign that only a glob gives a meaning to."""
    return bool(GLOB_SIGNS & set(pattern))


def matches_path(pattern: str, path: str) -> bool:
    """Tell whether the glob fits the path; one without `/` is of the last name only."""
    subject = path if "/" in pattern else path.rpartition("/")[2]
    return bool(glob(pattern.removeprefix("./")).search(subject))


def _translated(pattern: str) -> str:
    made: list[str] = []
    depth = 0
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if found := re.compile(r"\*\*/|\*\*|\[[!^]?\]?[^\]/]*\]").match(pattern, at):
            made.append(_group(found[0]))
            at = found.end()
            continue
        if sign == "{":
            depth += 1
            made.append("(?:")
        elif sign == "}" and depth:
            depth -= 1
            made.append(")")
        elif sign == "," and depth:
            made.append("|")
        else:
            made.append({"*": "[^/]*", "?": "[^/]"}.get(sign) or re.escape(sign))
        at += 1
    return "".join(made) + ")" * depth


def _group(text: str) -> str:
    if text.startswith("*"):
        return "(?:.*/)?" if text.endswith("/") else ".*"
    inside = text[1:-1]
    sign = "^" if inside[:1] in ("!", "^") else ""
    signs = _SET_SIGNS.sub(r"\\\g<0>", inside[len(sign) :])
    return f"[{'^/' if sign else ''}{signs}]"
