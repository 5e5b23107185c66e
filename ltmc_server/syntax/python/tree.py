"""The syntax tree that Python itself makes of a source."""

import ast
import warnings
from collections.abc import Iterator
from typing import TypeAlias

from ltmc_server.syntax.owners import DEPTH_MAX
from ltmc_server.syntax.parameters import shortened
from ltmc_server.syntax.parsing import Source
from ltmc_server.threads import breathe

PythonFunction: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def python_tree(source: Source) -> ast.Module | None:
    """Return the tree; None if the source is not Python that this Python reads, or is too deep."""
    if "python" not in source.kept:
        source.kept["python"] = _parsed(source.encoded.decode("utf-8"))
    found = source.kept["python"]
    assert found is None or isinstance(found, ast.Module)
    return found


def _parsed(text: str) -> ast.Module | None:
    # Not for other threads: callers parse one source at a time.
    with warnings.catch_warnings():
        # Of a "\d" in somebody's code.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def written(source: Source, node: ast.expr | None) -> str | None:
    """Return an expression as it is written, in one line."""
    if node is None or node.end_lineno is None or node.end_col_offset is None:
        return None
    lines = source.byte_lines[node.lineno - 1 : node.end_lineno]
    lines[-1] = lines[-1][: node.end_col_offset]
    lines[0] = lines[0][node.col_offset :]
    return shortened(b"\n".join(lines).decode("utf-8", "replace"))


def docstring(node: PythonFunction | ast.ClassDef) -> str | None:
    """Return the docstring, cut as comments are."""
    from ltmc_server.syntax.remarks import cut

    text = ast.get_docstring(node)
    return cut(text) if text else None


def with_owners(tree: ast.Module) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    """Yield every node with the names of the functions and classes it is in, in source order."""
    pending: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while pending:
        node, owners = pending.pop()
        yield node, owners
        inner = owners
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = (*owners, node.name)[-DEPTH_MAX:]
            breathe()
        pending += [(child, inner) for child in reversed(list(ast.iter_child_nodes(node)))]
