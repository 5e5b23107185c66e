"""The functions and owners of a tree: where they are, and what is in what."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.syntax.owners import chains
from ltmc_server.syntax.parsing import Found, Source

if TYPE_CHECKING:
    from tree_sitter import Node

NAME_CHARS_MAX: Final = 200
"""Of a name; what is longer was not written by hand, or is a whole expression."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, a class, or another thing whose name is a part of what is in it."""

    node: "Node"
    name: str
    owners: Sequence[str]
    """Names of what it is in, outermost first."""
    found: Found
    """The match that told it."""
    outside: bool = False
    """Whether it is written outside of its owner: a method of Go, `Stack::push` of C++."""

    @property
    def qualified_name(self) -> str:
        """The owners and the name, joined by dots."""
        return ".".join((*self.owners, self.name))


def definitions(source: Source) -> list[Definition]:
    """Return functions, classes and scopes with their owners, in the order of the source."""
    if "definitions" not in source.kept:
        source.kept["definitions"] = _definitions(source)
    kept: list[Definition] = source.kept["definitions"]
    return kept


def _definitions(source: Source) -> list[Definition]:
    seen: dict[tuple[int, int, int], Definition] = {}
    for question in ("functions", "classes", "scopes"):
        for found in source.matches(question):
            node = _defined(found)
            name = found.first("name")
            if node is None or name is None or found.sort("attribute") is not None:
                continue
            # One thing may match twice: C's patterns and C++'s.
            key = (node.start_byte, node.end_byte, name.start_byte)
            if key not in seen or (seen[key].found.first("returns") is None):
                seen[key] = _definition(source, node, found)
    bare = list(seen.values())
    nested = chains([(one.node, one) for one in bare], [(one.node, one) for one in bare])
    return [_owned(one, around) for one, around in nested]


def _defined(found: Found) -> "Node | None":
    nodes = map(found.one, ("function", "declaration", "class", "scope"))
    return next((node for node in nodes if node is not None), None)


def _definition(source: Source, node: "Node", found: Found) -> Definition:
    name = found.first("name")
    assert name, "every pattern names what it defines"
    written = plain_type(source.slice(name)) if found.one("scope") else source.slice(name)
    parts = [part.strip() for part in _outside_brackets(written, "::")]
    owner = found.first("owner") if found.one("function") else None
    written_owners = [plain_type(source.slice(owner))] if owner else []
    owners = written_owners + [plain_type(part) for part in parts[:-1] if part]
    last = " ".join(parts[-1].split()).strip("\"'`")[:NAME_CHARS_MAX]
    return Definition(node, last, owners, found, outside=bool(owners))


def _owned(one: Definition, around: Sequence[Definition]) -> Definition:
    names = [name for outer in around for name in (*outer.owners, outer.name)]
    return Definition(one.node, one.name, (*names, *one.owners), one.found, one.outside)


def plain_type(written: str) -> str:
    """Return the name of a type without its arguments, pointers and references: `*Stack[T]`."""
    head = written.strip().lstrip("*&").removeprefix("mut ").strip()
    for bracket in "<[(":
        head = head.partition(bracket)[0]
    return head.strip()[:NAME_CHARS_MAX]


def _outside_brackets(written: str, separator: str) -> list[str]:
    """Split a name where no `<…>` is open; `operator<` has no end and is not split in."""
    parts, depth, begin = [], 0, 0
    head, operator, _ = written.partition("operator")
    for at, sign in enumerate(head):
        depth += (sign == "<") - (sign == ">")
        if depth == 0 and head.startswith(separator, at) and at >= begin:
            parts.append(head[begin:at])
            begin = at + len(separator)
    return [*parts, head[begin:] + operator + written.partition("operator")[2]]
