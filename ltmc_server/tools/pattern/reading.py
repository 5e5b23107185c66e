"""The actions of pattern_action that say what one source holds."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Final, TypeVar

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.syntax.classes import classes
from ltmc_server.syntax.functions import functions, module_complexity
from ltmc_server.syntax.imports import imports
from ltmc_server.syntax.outline import Class, Comment, Function
from ltmc_server.syntax.parsing import Source
from ltmc_server.syntax.remarks import comments
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.pattern import words as w
from ltmc_server.tools.pattern.sources import Asked, Sources

RANKS: Final = ((5, "A"), (10, "B"), (20, "C"), (30, "D"), (40, "E"))
"""Complexity up to each, as radon ranks it; what is above all is F."""

_Item = TypeVar("_Item")

HARDEST_MAX: Final = 5
IMPORTS_MAX: Final = 200


@dataclass(frozen=True)
class ReadingActions(Tool):
    """What a source defines, and what it says about it."""

    sources: Sources

    @action("read")
    async def extract_functions(
        self,
        *,
        source_code: w.SourceCode | None = None,
        file_path: w.FilePath | None = None,
        language: w.Language = "auto",
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> v.Object:
        """List functions and methods: signature, docstring, decorators, lines, complexity."""
        asked = Asked(
            action="extract_functions",
            source_code=source_code,
            file_path=file_path,
            language=language,
        )
        return await self.sources.read(
            asked, _listing("functions", functions, _function, limit, offset)
        )

    @action("read")
    async def extract_classes(
        self,
        *,
        source_code: w.SourceCode | None = None,
        file_path: w.FilePath | None = None,
        language: w.Language = "auto",
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> v.Object:
        """List classes, structs, interfaces, traits, enums: bases, methods, attributes."""
        asked = Asked(
            action="extract_classes",
            source_code=source_code,
            file_path=file_path,
            language=language,
        )
        return await self.sources.read(asked, _listing("classes", classes, _class, limit, offset))

    @action("read")
    async def extract_comments(
        self,
        *,
        source_code: w.SourceCode | None = None,
        file_path: w.FilePath | None = None,
        language: w.Language = "auto",
        comment_types: w.CommentTypes | None = None,
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> v.Object:
        """List comments and docstrings with their lines: line, block, doc or todo."""
        asked = Asked(
            action="extract_comments",
            source_code=source_code,
            file_path=file_path,
            language=language,
        )

        def wanted(source: Source) -> list[Comment]:
            return [
                one for one in comments(source) if not comment_types or one.kind in comment_types
            ]

        return await self.sources.read(asked, _listing("comments", wanted, _comment, limit, offset))

    @action("read")
    async def summarize_code(
        self,
        *,
        source_code: w.SourceCode | None = None,
        file_path: w.FilePath | None = None,
        language: w.Language = "auto",
    ) -> v.Object:
        """Count what a source holds, name its imports, and rate its complexity."""
        asked = Asked(
            action="summarize_code",
            source_code=source_code,
            file_path=file_path,
            language=language,
        )
        return await self.sources.read(asked, summary)


def _listing(
    name: str,
    find: Callable[[Source], Sequence[_Item]],
    shape: Callable[[_Item], v.Object],
    limit: int,
    offset: int,
) -> Callable[[Source], v.Object]:
    """Return what makes a page of a source: its entries under their own name."""

    def page(source: Source) -> v.Object:
        found = find(source)
        some = [shape(one) for one in found[offset : offset + limit]]
        end = offset + len(some)
        return {
            "language": source.language,
            name: some,
            "returned": len(some),
            "total": len(found),
            "offset": offset,
            "has_more": end < len(found),
            "next": end if end < len(found) else None,
            "errors": source.faults or None,
        }

    return page


def _function(one: Function) -> v.Object:
    """Return a function without what only analyses need."""
    shown = asdict(one)
    del shown["body"], shown["nesting"]
    return shown | {"is_declaration": one.is_declaration or None}


def _comment(one: Comment) -> v.Object:
    return asdict(one)


def _class(one: Class) -> v.Object:
    shown = asdict(one)
    for method in shown["methods"]:
        method["is_declaration"] = method["is_declaration"] or None
    return shown


def summary(source: Source) -> v.Object:
    """Return counts, imports and complexity."""
    defined, types, said = functions(source), classes(source), comments(source)
    bodies = [one for one in defined if not one.is_declaration]
    scores = [one.complexity for one in bodies]
    mean = sum(scores) / len(scores) if scores else float(module_complexity(source))
    hardest = sorted(bodies, key=lambda one: (-one.complexity, one.line_start))[:HARDEST_MAX]
    taken = imports(source)
    return {
        "language": source.language,
        "lines": source.lines,
        "functions": len(bodies),
        "declarations": len(defined) - len(bodies),
        "classes": len(types),
        "comments": len(said),
        "todos": sum(one.kind == "todo" for one in said),
        "imports": [asdict(one) for one in taken[:IMPORTS_MAX]],
        "import_count": len(taken),
        "complexity": {
            "total": sum(scores),
            "mean": round(mean, 2),
            "max": max(scores, default=0),
            "module": module_complexity(source),
            "hardest": [
                {
                    "qualified_name": one.qualified_name,
                    "line": one.line_start,
                    "complexity": one.complexity,
                    "rating": rank(one.complexity),
                }
                for one in hardest
            ],
        },
        "rating": rank(mean),
        "errors": source.faults or None,
    }


def rank(complexity: float) -> str:
    """Return radon's letter for a complexity, or for the mean of several."""
    return next((letter for most, letter in RANKS if complexity <= most), "F")
