"""Classes of Python: bases, methods, and attributes of the class and of its instances."""

import ast
from collections.abc import Iterator

from ltmc_server.syntax.outline import Attribute, Class, Method
from ltmc_server.syntax.parsing import Source
from ltmc_server.syntax.python.tree import (
    FUNCTIONS,
    PythonFunction,
    docstring,
    with_owners,
    written,
)


def python_classes(source: Source, tree: ast.Module) -> list[Class]:
    """Return every `class`, nested ones too, in the order of the source."""
    return [
        _class(source, node, owners)
        for node, owners in with_owners(tree)
        if isinstance(node, ast.ClassDef)
    ]


def _class(source: Source, node: ast.ClassDef, owners: tuple[str, ...]) -> Class:
    source.check_time()
    methods = [each for each in within(node) if isinstance(each, FUNCTIONS)]
    attributes: dict[tuple[str, str], Attribute] = {}
    for attribute in (*_of_class(source, node), *_of_instances(source, methods)):
        attributes.setdefault((attribute.kind, attribute.name), attribute)
    return Class(
        name=node.name,
        qualified_name=".".join((*owners, node.name)),
        kind="class",
        bases=[
            *(written(source, base) or "" for base in node.bases),
            *(f"{each.arg}={written(source, each.value)}" for each in node.keywords if each.arg),
        ],
        docstring=docstring(node),
        decorators=[written(source, each) or "" for each in node.decorator_list],
        methods=[Method(name=each.name, line=each.lineno) for each in methods],
        attributes=list(attributes.values()),
        line_start=node.lineno,
        line_end=node.end_lineno or node.lineno,
    )


def within(node: ast.ClassDef | ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a class or module, those in its `if` and `try` too."""
    pending: list[ast.AST] = [*reversed(node.body)]
    while pending:
        here = pending.pop()
        if isinstance(here, ast.stmt):
            yield here
        if not isinstance(here, (*FUNCTIONS, ast.ClassDef)):
            inner = [
                each
                for each in ast.iter_child_nodes(here)
                if isinstance(each, ast.stmt | ast.excepthandler)
            ]
            pending += reversed(inner)


def _of_class(source: Source, node: ast.ClassDef) -> Iterator[Attribute]:
    for here in within(node):
        for target, annotation, default in _assigned(here):
            if isinstance(target, ast.Name):
                yield Attribute(
                    name=target.id,
                    line=target.lineno,
                    kind="class",
                    annotation=written(source, annotation),
                    default=written(source, default),
                )


def _of_instances(source: Source, methods: list[PythonFunction]) -> Iterator[Attribute]:
    """Yield what methods write to `self`, whatever they call it."""
    for method in methods:
        names = [one.arg for one in (*method.args.posonlyargs, *method.args.args)]
        if not names or any(
            isinstance(each, ast.Name) and each.id in {"staticmethod", "classmethod"}
            for each in method.decorator_list
        ):
            continue
        source.check_time()
        for here in ast.walk(method):
            for target, annotation, default in _assigned(here):
                if (
                    isinstance(target, ast.Attribute)
                    and isinstance(target.value, ast.Name)
                    and target.value.id == names[0]
                ):
                    yield Attribute(
                        name=target.attr,
                        line=target.lineno,
                        kind="instance",
                        annotation=written(source, annotation),
                        default=written(source, default),
                    )


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None, ast.expr | None]]:
    """Yield targets with their annotations and values; of `a, b = …` each without a value."""
    match node:
        case ast.AnnAssign():
            yield node.target, node.annotation, node.value
        case ast.Assign():
            for target in node.targets:
                if isinstance(target, ast.Tuple | ast.List):
                    yield from ((each, None, None) for each in target.elts)
                else:
                    yield target, None, node.value
        case _:
            return
