"""One file, as far as diagrams need it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.graph import DiagramType
from ltmc_server.errors import UnreadableSource
from ltmc_server.syntax.calls import Call, calls, defined_functions
from ltmc_server.syntax.classes import classes
from ltmc_server.syntax.grammars import language_of
from ltmc_server.syntax.imports import imports
from ltmc_server.syntax.outline import Class, Import
from ltmc_server.syntax.parsing import Source, line, source

_JAVA_PACKAGE: Final = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """What one file holds; what its diagram has no use for is left empty."""

    path: str
    language: str
    lines: int
    package: str = ""
    """What Java says at the top."""
    imports: Sequence[Import] = ()
    classes: Sequence[Class] = ()
    functions: Sequence[str] = ()
    """Qualified names."""
    calls: Sequence[Call] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Folders and name."""
        return tuple(part for part in self.path.split("/") if part not in ("", "."))


def read_source(text: str, path: str, type: DiagramType) -> SourceFile:
    """Read what a diagram of this type needs of a file.

    Raises:
        UnreadableSource: its language is not known, or it is too long, too broken, too slow.
    """
    language = language_of(path, text)
    if language is None:
        raise UnreadableSource("its language could not be told", "Give the paths of source files.")
    one = source(text, language)
    package = _JAVA_PACKAGE.search(text) if language == "java" else None
    file = SourceFile(
        path=path,
        language=language,
        lines=one.lines,
        package=package[1] if package else "",
        imports=[*imports(one), *_modules(one)],
    )
    if type in ("class", "calls"):
        file = replace(file, classes=classes(one))
    if type == "calls":
        functions = dict.fromkeys(each.qualified_name for each in defined_functions(one))
        file = replace(file, functions=tuple(functions), calls=calls(one))
    return file


def _modules(one: Source) -> list[Import]:
    """Return the files that Rust declares to be parts: `mod shop;`."""
    nodes = [found.first("module") for found in one.matches("modules")]
    return [Import(module=f"self::{one.slice(node)}", line=line(node)) for node in nodes if node]
