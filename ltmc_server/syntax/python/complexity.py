"""McCabe complexity of Python, as radon counts it.

One, and one more for each: `if`, `elif`, conditional expression, `for`, `while`, their `else`,
`except`, `else` of a `try`, `assert`, `and`/`or` beside the first operand, `for` and `if` of a
comprehension, `case` that is not the last resort. What is inside of an `assert`, of a function
or of a class that is in the function does not count; `with`, `finally` and `lambda` never do.
"""

import ast
from collections.abc import Sequence

from ltmc_server.syntax.python.tree import FUNCTIONS

_CLOSED = (*FUNCTIONS, ast.ClassDef)


def complexity(body: Sequence[ast.AST]) -> int:
    """Return the complexity of the body of a function or a module."""
    total, pending = 1, list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, _CLOSED):
            continue
        total += _decisions(node)
        if not isinstance(node, ast.Assert):
            pending += ast.iter_child_nodes(node)
    return total


def _decisions(node: ast.AST) -> int:
    match node:
        case ast.If() | ast.IfExp() | ast.Assert():
            return 1
        case ast.For() | ast.AsyncFor() | ast.While():
            return 1 + bool(node.orelse)
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
    return _cases(node) if isinstance(node, ast.Match) else 0


def _cases(node: ast.Match) -> int:
    resorts = [
        case
        for case in node.cases
        if isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
    ]
    return len(node.cases) - bool(resorts)


def nesting(body: Sequence[ast.stmt]) -> int:
    """Return how many branches and loops the deepest statement is in; `elif` is beside its `if`."""
    deepest = 0
    pending: list[tuple[ast.AST, int]] = [(node, 0) for node in body]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, _CLOSED):
            continue
        inner = depth + isinstance(node, _NESTING)
        deepest = max(deepest, inner)
        beside = _elif(node)
        pending += [
            (child, inner - (child is beside))
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case)
        ]
    return deepest


_NESTING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)


def _elif(node: ast.AST) -> ast.stmt | None:
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        return node.orelse[0]
    return None
