"""Design patterns that the outline of a class shows, in languages other than Python."""

from collections.abc import Iterator, Sequence
from typing import Final

from ltmc_server.syntax.definitions import plain_type
from ltmc_server.syntax.findings import Finding, Where, design
from ltmc_server.syntax.outline import Class

_BY_BASE: Final = {
    "Iterator": "iterator",
    "IterableIterator": "iterator",
    "AutoCloseable": "context_manager",
    "Closeable": "context_manager",
    "Drop": "context_manager",
}
"""What a type promises by naming it."""


def class_designs(classes: Sequence[Class], file: str | None) -> Iterator[Finding]:
    """Yield the patterns that attributes and bases show."""
    for one in classes:
        where = Where(file=file, line=one.line_start)
        kept = [
            each
            for each in one.attributes
            if each.kind == "class" and plain_type(each.annotation or "") == one.name
        ]
        if kept and one.kind == "class":
            why = f"keeps one of its own kind for all, in {kept[0].name}"
            yield design("singleton", one.qualified_name, where, why)
        for base in one.bases:
            kind = _BY_BASE.get(plain_type(base))
            if kind:
                yield design(kind, one.qualified_name, where, f"implements {base}")
