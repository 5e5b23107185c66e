"""Source code as a tree, and questions to it."""

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypedDict

from ltmc_server.isolation.child import Refused, open_no_more_files
from ltmc_server.syntax.grammars import language as grammar, parser
from ltmc_server.syntax.queries import QUERIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

SIGNATURE_CHARS_MAX: Final = 200
ERRORS_MAX: Final = 20
MATCHES_MAX: Final = 10_000

_UNFINISHED_MAX: Final = 1_000
"""Matches that tree-sitter keeps in the making at once; beyond it drops the oldest."""


class Named(TypedDict):
    """A part of the source that a query found."""

    capture: str | None
    """What the query calls it; None for the ready-made queries."""
    type: str
    """Of the grammar."""
    name: str | None
    line_start: int
    line_end: int
    signature: str
    """Its first line, as far as a body."""


def outline(text: str, language: str, depth_max: int, nodes_max: int) -> dict[str, Any]:
    """Return the tree down to a depth, what is wrong in it, and how much of everything."""
    root = parser(language).parse(text.encode()).root_node
    queries = {kind: _captures(language, query) for kind, query in QUERIES[language].items()}
    open_no_more_files()
    lines, count = [], 0
    for node, depth in _named(root, depth_max):
        count += 1
        if count <= nodes_max:
            start, end = _lines(node)
            where = f"{start}" if start == end else f"{start}-{end}"
            lines.append(f"{'  ' * depth}{node.type} {where}")
    return {
        "lines": text.count("\n") + (not text.endswith("\n")) if text else 0,
        "nodes": root.descendant_count,
        "has_errors": root.has_error,
        "errors": list(islice(_errors(root), ERRORS_MAX)),
        "elements": {kind: _count(root, captures) for kind, captures in queries.items()},
        "tree": "\n".join(lines),
        "tree_cut": count > nodes_max,
    }


def matches(text: str, language: str, query: str, window: tuple[int, int]) -> dict[str, Any]:
    """Return what a query finds, in the order of the text.

    Args:
        text: the source.
        language: of it.
        query: one of the ready-made kinds, or a tree-sitter query.
        window: how many to skip, and how many to return.
    """
    ready_made = QUERIES[language].get(query)  # type: ignore[call-overload]  # or it is a query
    question = _captures(language, ready_made or query)
    root = parser(language).parse(text.encode()).root_node
    open_no_more_files()
    found = _found(question, root)
    named = [_as_named(each) for each in found] if ready_made else _as_captured(found)
    # A part may be found by several alternatives of a query.
    unique = list({(each["line_start"], str(each)): each for each in named}.values())
    unique.sort(key=lambda each: each["line_start"])
    skip, count = window
    return {
        "items": unique[skip : skip + count],
        "total": len(unique),
        "complete": len(found) <= MATCHES_MAX,
    }


def _captures(language: str, query: str) -> Any:  # noqa: ANN401  tree_sitter.Query, imported late
    from tree_sitter import Query, QueryError

    try:
        return Query(grammar(language), query)
    except QueryError as error:
        raise Refused(
            f"The query is not one that {language} understands: {str(error)[:300]}.",
            "query_type takes functions, classes, imports, calls, or a tree-sitter query.",
        ) from error


def _found(question: Any, root: "Node") -> "list[dict[str, list[Node]]]":  # noqa: ANN401
    from tree_sitter import QueryCursor

    cursor = QueryCursor(question, match_limit=_UNFINISHED_MAX)
    return [captured for _, captured in islice(cursor.matches(root), MATCHES_MAX + 1)]


def _count(root: "Node", question: Any) -> int:  # noqa: ANN401
    return len({captured["it"][0].id for captured in _found(question, root)})


def _as_named(captured: "dict[str, list[Node]]") -> Named:
    name = captured.get("name")
    return _named_part(captured["it"][0], None, name[0] if name else None)


def _as_captured(found: "list[dict[str, list[Node]]]") -> list[Named]:
    return [
        _named_part(node, capture, None)
        for captured in found
        for capture, nodes in captured.items()
        for node in nodes
    ]


def _named_part(node: "Node", capture: str | None, name: "Node | None") -> Named:
    text = (node.text or b"").decode("utf-8", "replace")
    body = node.child_by_field_name("body")
    head = (node.text or b"")[: body.start_byte - node.start_byte] if body else None
    signature = " ".join(head.decode("utf-8", "replace").split()) if head else ""
    start, end = _lines(node)
    called = (name.text or b"").decode("utf-8", "replace") if name else None
    return Named(
        capture=capture,
        type=node.type,
        name=called.strip("\"'`<>")[:SIGNATURE_CHARS_MAX] if called else None,
        line_start=start,
        line_end=end,
        signature=(signature or text.partition("\n")[0])[:SIGNATURE_CHARS_MAX],
    )


def _lines(node: "Node") -> tuple[int, int]:
    """Return its first and last line; one that ends with a line break ends before the next."""
    start, end = node.start_point.row, node.end_point.row
    return start + 1, end + (node.end_point.column > 0 or end == start)


def _named(root: "Node", depth_max: int) -> "Iterator[tuple[Node, int]]":
    """Yield the named nodes in order, each with its depth."""
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if depth < depth_max:
            waiting += [(child, depth + 1) for child in reversed(node.named_children)]


def _errors(root: "Node") -> "Iterator[dict[str, Any]]":
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            row, column = node.start_point
            yield {
                "line": row + 1,
                "column": column + 1,
                "missing": node.type if node.is_missing else None,
            }
        elif node.has_error:
            waiting += reversed(node.children)
