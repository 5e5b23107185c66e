"""Which names of a module of Python are public: those without `_`, or those of `__all__`."""

import ast
from collections.abc import Iterator

from ltmc_server.syntax.python.classes import within
from ltmc_server.syntax.python.tree import FUNCTIONS

CONSTRUCTOR = "__init__"
"""Its signature is how a class is called, so it is told with the public ones."""


def is_public_name(name: str) -> bool:
    """Tell whether a name is meant for others."""
    return not name.startswith("_")


def python_public(tree: ast.Module) -> frozenset[tuple[str, int]]:
    """Return the qualified names and lines of what is public; nothing inside of functions is."""
    exported = _exported(tree)
    found: set[tuple[str, int]] = set()
    pending: list[tuple[ast.Module | ast.ClassDef, tuple[str, ...]]] = [(tree, ())]
    while pending:
        node, owners = pending.pop()
        for here in within(node):
            if not isinstance(here, (*FUNCTIONS, ast.ClassDef)):
                continue
            if owners or exported is None:
                visible = is_public_name(here.name) or bool(owners and here.name == CONSTRUCTOR)
            else:
                visible = here.name in exported
            if visible:
                found.add((".".join((*owners, here.name)), here.lineno))
                if isinstance(here, ast.ClassDef):
                    pending.append((here, (*owners, here.name)))
    return frozenset(found)


def _exported(tree: ast.Module) -> set[str] | None:
    """Return what `__all__` lists; None without one."""
    names: set[str] | None = None
    for here in within(tree):
        for listed in _listed(here):
            names = (names or set()) | {
                each.value
                for each in ast.walk(listed)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return names


def _listed(here: ast.stmt) -> Iterator[ast.expr]:
    match here:
        case ast.Assign(targets=targets, value=value):
            named = any(isinstance(each, ast.Name) and each.id == "__all__" for each in targets)
        case ast.AugAssign(target=target, value=value) | ast.AnnAssign(target=target, value=value):
            named = isinstance(target, ast.Name) and target.id == "__all__"
        case _:
            return
    if named and value is not None:
        yield value
