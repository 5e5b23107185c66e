"""Comments: all of a source, and the one that documents a definition."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ltmc_server.syntax.outline import Comment, CommentKind
from ltmc_server.syntax.parsing import Source, last_line, line

if TYPE_CHECKING:
    from tree_sitter import Node

COMMENT_CHARS_MAX: Final = 2_000
"""Of one comment, or a docstring; a longer one ends with `…`."""

_MARKS: Final = frozenset({"comment", "line_comment", "block_comment"})
_BETWEEN: Final = frozenset({"attribute_item", "decorator", "marker_annotation", "annotation"})
"""What may stand between a definition and its comment."""

_WRAPPERS: Final = frozenset(
    {"export_statement", "lexical_declaration", "variable_declaration", "expression_statement"}
    | {"variable_declarator", "template_declaration", "type_declaration", "let_declaration"}
    | {"decorated_definition", "assignment_expression", "short_var_declaration", "var_spec"}
    | {"var_declaration", "ambient_declaration", "expression_list"}
)
"""Around a definition, and nothing but it inside: its comment stands before them."""

_TODO: Final = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_DOC: Final = re.compile(r"(?:/\*[*!]|///|//!)(?![*/])", re.DOTALL)
_OPENING: Final = re.compile(r"^(?:/\*[*!]?|//[/!]?|#!?)(?P<rest>.*)$", re.DOTALL)
_QUOTES: Final = re.compile(r"^[rRuUbB]{0,2}(\"\"\"|'''|\"|')(.*)\1$", re.DOTALL)


def comments(source: Source) -> list[Comment]:
    """Return every comment, in the order of the source; Python's docstrings are of them.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    nodes = {
        node.start_byte: (node, found.sort("comment") == "doc")
        for found in source.matches("comments")
        if (node := found.one("comment"))
    }
    found: list[Comment] = []
    for at in sorted(nodes):
        node, is_docstring = nodes[at]
        written = source.slice(node)
        kind: CommentKind = "doc" if is_docstring else _kind(written)
        text = plain(written)
        found.append(
            Comment(
                text=cut(text),
                line=line(node),
                line_end=max(line(node), last_line(node)),
                kind="todo" if _TODO.search(text) else kind,
            )
        )
    return found


def docstring(source: Source, node: "Node") -> str | None:
    """Return the comment that stands right before a definition."""
    here = _outermost(node)
    below, lines = line(here), list[str]()
    for before in _before(here):
        if last_line(before) + 1 < below or _shares_its_line(before):
            break
        if before.type in _MARKS:
            lines.append(plain(source.slice(before)))
        below = line(before)
    return cut("\n".join(reversed(lines))) or None


def decorators(source: Source, node: "Node") -> list[str]:
    """Return decorators, annotations and attributes as they are written."""
    outermost = _outermost(node)
    # `@a export class` has its decorator in the statement around the class.
    around = {node.id: node, outermost.id: outermost}.values()
    inside = [each for one in around for child in one.children[:6] for each in _marked(child)]
    before = [each for each in _before(outermost) if each.type in _BETWEEN]
    return [" ".join(source.slice(each).split()) for each in (*reversed(before), *inside)]


def plain(written: str) -> str:
    """Return a comment without the signs that make it one."""
    if quoted := _QUOTES.match(written):
        return quoted[2].strip()
    opened = _OPENING.match(written.strip())
    if not opened:
        return written.strip()
    text = opened["rest"]
    if not written.startswith("/*"):
        return text.strip()
    stripped = (line.strip() for line in text.removesuffix("*/").splitlines())
    return "\n".join(line.removeprefix("*").strip() for line in stripped).strip()


def _kind(written: str) -> CommentKind:
    if _DOC.match(written):
        return "doc"
    return "block" if written.startswith("/*") else "line"


def _outermost(node: "Node") -> "Node":
    while (parent := node.parent) and parent.type in _WRAPPERS:
        node = parent
    return node


def _before(node: "Node") -> "Iterator[Node]":
    here = node.prev_named_sibling
    while here and (here.type in _MARKS or here.type in _BETWEEN):
        yield here
        here = here.prev_named_sibling


def _shares_its_line(comment: "Node") -> bool:
    """Tell whether something stands before it in its line: then it is about that."""
    before = comment.prev_sibling
    return before is not None and last_line(before) == line(comment)


def _marked(child: "Node") -> "list[Node]":
    if child.type in _BETWEEN:
        return [child]
    if child.type == "modifiers":
        return [each for each in child.children if each.type in _BETWEEN]
    return []


def cut(text: str) -> str:
    """Return a text, cut where it is too long."""
    return text if len(text) <= COMMENT_CHARS_MAX else text[: COMMENT_CHARS_MAX - 1] + "…"
