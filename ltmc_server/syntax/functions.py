"""Which functions does a source define?"""

from collections import Counter
from typing import TYPE_CHECKING, Final

from ltmc_server.syntax.definitions import Definition, definitions
from ltmc_server.syntax.outline import Function
from ltmc_server.syntax.owners import depths, innermost
from ltmc_server.syntax.parameters import parameters, shortened
from ltmc_server.syntax.parsing import Source, last_line, line
from ltmc_server.syntax.python.complexity import complexity
from ltmc_server.syntax.python.functions import python_functions
from ltmc_server.syntax.python.tree import python_tree
from ltmc_server.syntax.remarks import decorators, docstring

if TYPE_CHECKING:
    from tree_sitter import Node

BODY_BYTES_MAX: Final = 20_000
"""Of a body that is kept to be compared; what is longer is too long for other reasons."""

_ASYNC_IN: Final = frozenset({"function_modifiers", "async"})


def functions(source: Source) -> list[Function]:
    """Return the functions that have a name, in the order of the source.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    if source.language == "python" and (tree := python_tree(source)):
        return python_functions(source, tree)
    found = [one for one in definitions(source) if _is_function(one)]
    decisions, nesting = _counted(source, found)
    return [
        _function(source, one, 1 + decisions[at], nesting.get(at, 0))
        for at, one in enumerate(found)
    ]


def module_complexity(source: Source) -> int:
    """Return the McCabe complexity of what is in no function."""
    if source.language == "python" and (tree := python_tree(source)):
        return complexity(tree.body)
    found = [one for one in definitions(source) if _is_function(one)]
    decisions, _ = _counted(source, found)
    return 1 + len(_decisions(source)) - sum(decisions.values())


def _is_function(one: Definition) -> bool:
    return one.found.one("function") is not None or one.found.one("declaration") is not None


def _decisions(source: Source) -> "list[Node]":
    matched = list(source.matches("decisions"))
    return [node for found in matched for node in found.nodes.get("decision", ())]


def _counted(source: Source, found: list[Definition]) -> tuple[Counter[int], dict[int, int]]:
    """Count decisions, and find the deepest nesting, of each function by its place in `found`."""
    outer = [(one.node, at) for at, one in enumerate(found)]
    decisions = Counter(
        at for _, at in innermost([(node, True) for node in _decisions(source)], outer)
    )
    blocks = [
        node for each in source.matches("decisions") for node in each.nodes.get("nesting", ())
    ]
    deep = depths(blocks)
    # A function that is in a block itself starts from there.
    around = dict(innermost([(one.node, at) for at, one in enumerate(found)], deep))
    nesting: dict[int, int] = {}
    for depth, at in innermost(deep, outer):
        nesting[at] = max(nesting.get(at, 0), depth - around.get(at, 0))
    return decisions, nesting


def _function(source: Source, one: Definition, complexity: int, nesting: int) -> Function:
    source.check_time()
    body = one.found.first("body")
    listed, single = one.found.first("parameters"), one.found.first("parameter")
    return Function(
        name=one.name,
        qualified_name=one.qualified_name,
        line_start=line(one.node),
        line_end=last_line(one.node),
        parameters=parameters(source, listed, single),
        returns=_returns(source, one),
        docstring=docstring(source, one.node),
        decorators=decorators(source, one.node),
        is_async=_is_async(one.node),
        complexity=complexity,
        is_declaration=body is None,
        nesting=nesting,
        body=_body(source, body),
    )


def _returns(source: Source, one: Definition) -> str | None:
    # TypeScript has JavaScript's queries, which can not name this field.
    written = one.found.first("returns") or one.node.child_by_field_name("return_type")
    listed = one.found.first("parameters")
    trailing = listed.next_named_sibling if listed else None
    if trailing is not None and trailing.type == "trailing_return_type":
        written = trailing
    elif written is not None and source.language in {"c", "cpp"}:
        # The signs of pointers stand beside the type, before the name.
        name = one.found.first("name")
        assert name, "every pattern names what it defines"
        return shortened(source.encoded[written.start_byte : name.start_byte].decode())
    return shortened(source.slice(written).lstrip(":-> ")) if written else None


def _is_async(node: "Node") -> bool:
    modifiers = [each for each in node.children[:4] if each.type in _ASYNC_IN]
    return any(
        each.type == "async" or any(inner.type == "async" for inner in each.children)
        for each in modifiers
    )


def _body(source: Source, body: "Node | None") -> str:
    if body is None or body.end_byte - body.start_byte > BODY_BYTES_MAX:
        return ""
    return " ".join(source.slice(body).split())
