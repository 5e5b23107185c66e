"""Smells that only Python's own tree shows: what is caught, and what defaults share."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from ltmc_server.syntax.findings import Finding, Where, smell
from ltmc_server.syntax.outline import Function
from ltmc_server.syntax.python.tree import FUNCTIONS, PythonFunction
from ltmc_server.syntax.smells import around

_BROAD: Final = frozenset({"Exception", "BaseException"})
_MUTABLE: Final = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MAKERS: Final = frozenset({"list", "dict", "set", "bytearray", "defaultdict", "deque"})


def python_smells(
    tree: ast.Module, functions: Sequence[Function], file: str | None
) -> Iterator[Finding]:
    """Yield handlers that hide errors, and defaults that all calls share."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            name = around(functions, node.lineno)
            yield from _of_handler(node, name, Where(file=file, line=node.lineno))
        elif isinstance(node, FUNCTIONS):
            yield from _of_defaults(node, Where(file=file, line=node.lineno))


def _of_handler(node: ast.ExceptHandler, name: str, where: Where) -> Iterator[Finding]:
    types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    broad = [
        each.id if isinstance(each, ast.Name) else "a bare except"
        for each in types
        if each is None or (isinstance(each, ast.Name) and each.id in _BROAD)
    ]
    raises = any(isinstance(each, ast.Raise) for one in node.body for each in ast.walk(one))
    if broad and not raises:
        why = f"catches everything ({broad[0]}) and raises nothing"
        yield smell("broad_except", name, where, why)
    if all(_says_nothing(each) for each in node.body):
        yield smell("empty_except", name, where, "what is caught is dropped without a word")


def _says_nothing(node: ast.stmt) -> bool:
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or constant


def _of_defaults(node: PythonFunction, where: Where) -> Iterator[Finding]:
    for default in (*node.args.defaults, *node.args.kw_defaults):
        made = (
            isinstance(default, ast.Call)
            and isinstance(default.func, ast.Name)
            and default.func.id in _MAKERS
        )
        if made or isinstance(default, _MUTABLE):
            why = "a default is made once, and every call that changes it changes it for all"
            yield smell("mutable_default", node.name, where, why)
            return
