"""Which errors does each function raise by name?"""

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from ltmc_server.syntax.definitions import definitions
from ltmc_server.syntax.owners import innermost
from ltmc_server.syntax.parsing import Source, line
from ltmc_server.syntax.python.tree import FUNCTIONS, PythonFunction, python_tree, with_owners

NOT_TOLD: Final = frozenset({"NotImplementedError", "AssertionError", "StopIteration"})
"""They say that code is not there or is wrong, or are how the language works."""


def raises(source: Source) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """Return the last names of the errors, by qualified name and line of the function.

    Told is what stands after `raise` or `throw`, and in Java after `throws`; not what the
    functions raise that are called.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    found: dict[tuple[str, int], dict[str, None]] = {}
    if source.language == "python" and (tree := python_tree(source)):
        for node, owners in with_owners(tree):
            if isinstance(node, FUNCTIONS):
                key = (".".join((*owners, node.name)), node.lineno)
                found[key] = dict.fromkeys(_raised(node))
    else:
        nodes = [(node, node) for each in source.matches("raises") for node in each.nodes["raised"]]
        functions = [
            (one.node, one)
            for one in definitions(source)
            if one.found.one("function") or one.found.one("declaration")
        ]
        for raised, one in innermost(nodes, functions):
            name = source.slice(raised).replace("::", ".").rpartition(".")[2]
            found.setdefault((one.qualified_name, line(one.node)), {})[name] = None
    return {key: tuple(names) for key, names in found.items() if names}


def _raised(function: PythonFunction) -> Iterator[str]:
    pending: list[ast.AST] = [*function.body]
    while pending:
        here = pending.pop(0)
        if isinstance(here, ast.Raise) and here.exc:
            name = _name(here.exc)
            # One that begins with a small letter is a variable: an error that was caught.
            if name and name not in NOT_TOLD and name.lstrip("_")[:1].isupper():
                yield name
        if not isinstance(here, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending += ast.iter_child_nodes(here)


def _name(raised: ast.expr) -> str | None:
    said = raised.func if isinstance(raised, ast.Call) else raised
    match said:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None
