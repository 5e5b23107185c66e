"""Smells and design patterns of one source, or of several together."""

from collections.abc import Iterator, Sequence

from ltmc_server.syntax import smells
from ltmc_server.syntax.classes import classes
from ltmc_server.syntax.designs import class_designs
from ltmc_server.syntax.findings import Finding
from ltmc_server.syntax.functions import functions
from ltmc_server.syntax.outline import Function
from ltmc_server.syntax.parsing import Source
from ltmc_server.syntax.python.designs import python_designs
from ltmc_server.syntax.python.smells import python_smells
from ltmc_server.syntax.python.tree import python_tree
from ltmc_server.syntax.remarks import comments


def findings(source: Source, file: str | None) -> tuple[list[Finding], list[Function]]:
    """Return what one source shows, by line, and its functions, for `between`.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    defined = functions(source)
    found = [*_findings(source, defined, file)]
    return sorted(found, key=lambda one: (one.where.line, one.kind)), defined


def between(defined: Sequence[tuple[str | None, Function]]) -> list[Finding]:
    """Return what only functions side by side show, those of several files too."""
    return list(smells.duplicates(defined))


def _findings(source: Source, defined: list[Function], file: str | None) -> Iterator[Finding]:
    types = classes(source)
    yield from smells.of_functions(defined, file)
    yield from smells.of_classes(types, file)
    yield from smells.of_comments(comments(source), source.lines, file)
    yield from smells.of_handlers(source, defined, file)
    tree = python_tree(source) if source.language == "python" else None
    if tree is None:
        yield from class_designs(types, file)
    else:
        yield from python_smells(tree, defined, file)
        yield from python_designs(tree, file)
