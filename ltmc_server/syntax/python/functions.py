"""Functions of Python, with all that their signatures say."""

import ast
from collections.abc import Iterator

from ltmc_server.syntax.outline import Function, Parameter, ParameterKind
from ltmc_server.syntax.parsing import Source
from ltmc_server.syntax.python.complexity import complexity, nesting
from ltmc_server.syntax.python.tree import (
    FUNCTIONS,
    PythonFunction,
    docstring,
    with_owners,
    written,
)

BODY_LINES_MAX = 500
"""Of a body that is kept to be compared."""


def python_functions(source: Source, tree: ast.Module) -> list[Function]:
    """Return every `def`, nested ones and methods too, in the order of the source."""
    return [
        _function(source, node, owners)
        for node, owners in with_owners(tree)
        if isinstance(node, FUNCTIONS)
    ]


def _function(source: Source, node: PythonFunction, owners: tuple[str, ...]) -> Function:
    source.check_time()
    return Function(
        name=node.name,
        qualified_name=".".join((*owners, node.name)),
        line_start=node.lineno,
        line_end=node.end_lineno or node.lineno,
        parameters=list(_parameters(source, node.args)),
        returns=written(source, node.returns),
        docstring=docstring(node),
        decorators=[written(source, each) or "" for each in node.decorator_list],
        is_async=isinstance(node, ast.AsyncFunctionDef),
        complexity=complexity(node.body),
        is_declaration=_is_empty(node),
        nesting=nesting(node.body),
        body=_body(source, node),
    )


def _parameters(source: Source, taken: ast.arguments) -> Iterator[Parameter]:
    in_order = [*taken.posonlyargs, *taken.args]
    lacking = len(in_order) - len(taken.defaults)
    defaults: list[ast.expr | None] = [*[None] * lacking, *taken.defaults]

    def made(one: ast.arg, kind: ParameterKind, default: ast.expr | None = None) -> Parameter:
        return Parameter(
            name=one.arg,
            kind=kind,
            annotation=written(source, one.annotation),
            default=written(source, default),
        )

    for at, (one, default) in enumerate(zip(in_order, defaults, strict=True)):
        positional_only = at < len(taken.posonlyargs)
        yield made(one, "positional_only" if positional_only else "positional", default)
    if taken.vararg:
        yield made(taken.vararg, "variadic")
    for one, default in zip(taken.kwonlyargs, taken.kw_defaults, strict=True):
        yield made(one, "keyword_only", default)
    if taken.kwarg:
        yield made(taken.kwarg, "keyword_variadic")


def _is_empty(node: PythonFunction) -> bool:
    """Tell whether the body is `...` only, as in stubs, overloads and protocols."""
    said = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return len(said) == 1 and _is_ellipsis(said[0])


def _is_ellipsis(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and node.value.value is ...
    )


def _body(source: Source, node: PythonFunction) -> str:
    said = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    if not said or (node.end_lineno or 0) - node.lineno > BODY_LINES_MAX:
        return ""
    lines = (line.strip() for line in source.byte_lines[said[0].lineno - 1 : node.end_lineno])
    kept = b"\n".join(line for line in lines if line and not line.startswith(b"#"))
    return kept.decode("utf-8", "replace")
