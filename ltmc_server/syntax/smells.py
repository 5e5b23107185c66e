"""Signs of code that is hard to change, each by a rule that can be counted."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from ltmc_server.syntax.findings import Finding, Where, smell
from ltmc_server.syntax.outline import Class, Comment, Function
from ltmc_server.syntax.parsing import Source, line

FUNCTION_LINES_MAX: Final = 60
PARAMETERS_MAX: Final = 6
"""Beside `self`, `cls` and receivers."""
NESTING_MAX: Final = 4
METHODS_MAX: Final = 20
TODOS_MIN: Final = 3
TODO_LINES_MIN: Final = 100
"""One TODO in so many lines is no smell."""
DUPLICATE_LINES_MIN: Final = 5
"""Of a whole function; shorter ones are alike by nature."""

_CATCH_ALL: Final = frozenset({"Exception", "Throwable", "(...)"})


def of_functions(functions: Sequence[Function], file: str | None) -> Iterator[Finding]:
    """Yield what is too long, takes too much or nests too deep."""
    for one in functions:
        where = Where(file=file, line=one.line_start)
        lines = one.line_end - one.line_start + 1
        taken = [
            each
            for each in one.parameters
            if each.kind != "receiver" and each.name not in {"self", "cls"}
        ]
        if lines > FUNCTION_LINES_MAX:
            why = f"{lines} lines; more than {FUNCTION_LINES_MAX}"
            yield smell("long_function", one.qualified_name, where, why)
        if len(taken) > PARAMETERS_MAX:
            why = f"{len(taken)} parameters; more than {PARAMETERS_MAX}"
            yield smell("many_parameters", one.qualified_name, where, why)
        if one.nesting > NESTING_MAX:
            why = f"a statement is in {one.nesting} branches and loops; more than {NESTING_MAX}"
            yield smell("deep_nesting", one.qualified_name, where, why)


def of_classes(classes: Sequence[Class], file: str | None) -> Iterator[Finding]:
    """Yield classes that do too much."""
    for one in classes:
        bodies = [each for each in one.methods if not each.is_declaration]
        if len(bodies) > METHODS_MAX:
            why = f"{len(bodies)} methods; more than {METHODS_MAX}"
            where = Where(file=file, line=one.line_start)
            yield smell("god_class", one.qualified_name, where, why)


def of_comments(comments: Sequence[Comment], lines: int, file: str | None) -> Iterator[Finding]:
    """Yield the file, if much of it is still to be done."""
    todos = [one for one in comments if one.kind == "todo"]
    if len(todos) >= TODOS_MIN and len(todos) * TODO_LINES_MIN > lines:
        why = f"{len(todos)} in {lines} lines; more than one in {TODO_LINES_MIN}"
        yield smell("many_todos", file or "source", Where(file=file, line=todos[0].line), why)


def duplicates(functions: Sequence[tuple[str | None, Function]]) -> Iterator[Finding]:
    """Yield every function but the first of those whose bodies are the same."""
    alike: dict[str, list[tuple[str | None, Function]]] = defaultdict(list)
    for file, one in functions:
        if one.body and one.line_end - one.line_start + 1 >= DUPLICATE_LINES_MIN:
            alike[one.body].append((file, one))
    for [(first_file, first), *others] in alike.values():
        for file, one in others:
            place = f"{first_file}:{first.line_start}" if first_file else f"line {first.line_start}"
            why = f"its body is that of {first.qualified_name}, {place}"
            where = Where(file=file, line=one.line_start)
            yield smell("duplicate_body", one.qualified_name, where, why)


def of_handlers(
    source: Source, functions: Sequence[Function], file: str | None
) -> Iterator[Finding]:
    """Yield `catch` that hides what went wrong; Python's are asked of its own tree."""
    for found in source.matches("handlers"):
        handler, body, caught = found.first("handler"), found.first("body"), found.first("caught")
        if handler is None or body is None:
            continue
        where = Where(file=file, line=line(handler))
        name = around(functions, where.line)
        if not body.named_children:
            yield smell("empty_except", name, where, "what is caught is dropped without a word")
        if caught is not None and source.slice(caught) in _CATCH_ALL:
            why = f"catches everything: {source.slice(caught)}"
            yield smell("broad_except", name, where, why)


def around(functions: Sequence[Function], line: int) -> str:
    """Return the name of the innermost function that a line is in."""
    names = [one.qualified_name for one in functions if one.line_start <= line <= one.line_end]
    return names[-1] if names else "module"
