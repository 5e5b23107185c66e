"""What a docstring tells of parameters, results and errors, whatever style it is written in.

Known are those of Google, NumPy, Sphinx, JSDoc, Javadoc and Doxygen, and the headings of Rust.
"""

import re
from collections.abc import Iterator
from typing import Final

from ltmc_server.dataclass import dataclass

_TAG: Final = re.compile(r"^\s*[@\\]param(?:\[[\w,]+\])?\s+(?:\{[^}]*\}\s*)?\[?\.{0,3}([\w$]+)")
_TAG_RETURNS: Final = re.compile(
    r"^\s*(?:[@\\](?:returns?|yields?)\b|:(?:returns?|rtype|yields?)\b)"
)
_FIELD: Final = re.compile(r"^\s*:(?:param|parameter|arg|argument|key|keyword)\s[^:]*?(\w+)\s*:")

_PARAMETERS: Final = frozenset({"args", "arguments", "parameters", "params", "keyword args"})
_RETURNS: Final = frozenset({"returns", "return", "yields", "yield"})
_HEADING: Final = re.compile(r"^(\s*)(?:#+\s*)?([A-Za-z][\w ]{2,30}?):?\s*$")
_ITEM: Final = re.compile(
    r"^\s*(?:[*-]\s+)?[`*]{0,2}(\w+(?:`?,\s*[`*]{0,2}\w+)*)`?\s*(?:\([^)]*\)|:\s.*?)?\s*(?::|[-–—]|$)"
)
_RETURNING: Final = re.compile(r"^\W*(?:returns?|yields?|gives?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What a docstring says of a signature."""

    parameters: tuple[str, ...]
    """Names that it describes, one by one; empty if it has no list of them."""
    returns: bool
    """Whether it has a passage on the result, or begins with it: "Return the …"."""
    describes_returns: bool
    """Whether that is a passage of its own."""


def told(docs: str) -> Told:
    """Return what a docstring says."""
    lines = docs.splitlines()
    parameters = dict.fromkeys(_tagged(lines))
    headings = _headings(lines)
    parameters |= dict.fromkeys(_listed(lines, headings))
    describes = any(_TAG_RETURNS.match(line) for line in lines) or any(
        heading.name in _RETURNS for heading in headings.values()
    )
    opens = bool(lines and _RETURNING.match(lines[0]))
    return Told(tuple(parameters), describes or opens, describes)


def names_word(docs: str, word: str) -> bool:
    """Tell whether a docstring has this word."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", docs) is not None


def _tagged(lines: list[str]) -> list[str]:
    found = (_TAG.match(line) or _FIELD.match(line) for line in lines)
    return [match[1] for match in found if match]


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line that heads a list, in the way of any style."""

    at: int
    name: str
    indent: int
    strong: bool
    """Whether it is marked as one, so that its list may begin where it does itself."""


def _headings(lines: list[str]) -> dict[int, _Heading]:
    """Return the headings by the number of their line."""
    found: dict[int, _Heading] = {}
    for at, line in enumerate(lines):
        if match := _HEADING.match(line):
            strong = line.lstrip().startswith("#") or _is_rule(lines[at + 1 : at + 2])
            if strong or line.rstrip().endswith(":"):
                found[at] = _Heading(at, match[2].strip().lower(), _indent(line), strong)
    return found


def _listed(lines: list[str], headings: dict[int, _Heading]) -> Iterator[str]:
    """Yield the names in lists below a heading such as `Args:`."""
    for heading in headings.values():
        if heading.name not in _PARAMETERS:
            continue
        begin = heading.at + 1 + _is_rule(lines[heading.at + 1 : heading.at + 2])
        items = _items(lines, begin, headings)
        indent = _indent(items[0]) if items else 0
        if not heading.strong and indent <= heading.indent:
            continue
        for line in items:
            if line.strip() and _indent(line) < indent:
                break
            match = _ITEM.match(line) if _indent(line) == indent else None
            if match:
                yield from (name.strip("`* ") for name in match[1].split(","))


def _items(lines: list[str], begin: int, headings: dict[int, _Heading]) -> list[str]:
    """Return the lines from `begin` to the next that is marked as a heading."""
    while begin < len(lines) and not lines[begin].strip():
        begin += 1
    end = begin
    while end < len(lines) and not (end in headings and headings[end].strong):
        end += 1
        if end < len(lines) and lines[end].strip() and _indent(lines[end]) < _indent(lines[begin]):
            break
    return lines[begin:end]


def _is_rule(lines: list[str]) -> bool:
    return bool(lines) and len(lines[0].strip()) > 2 and set(lines[0].strip()) == {"-"}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
