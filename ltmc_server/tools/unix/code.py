"""The actions of unix_action that understand what is in a file: code, JSON, differences."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ltmc_server.actions import action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import RequestError
from ltmc_server.syntax.grammars import LANGUAGES, language_of
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.unix import words as w
from ltmc_server.tools.unix.place import Place
from ltmc_server.tools.unix.shapes import ENGINE, Listing, listing

JSON_BYTES_MAX: Final = 4_000_000
NODES_MAX: Final = 300


@dataclass(frozen=True)
class CodeActions(Place):
    """What a file says."""

    @action("read")
    async def jq(
        self,
        *,
        query: w.Query = ".",
        json_input: w.JsonInput | None = None,
        file_path: w.FilePath | None = None,
        raw_output: w.RawOutput = False,
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> v.Object:
        """Apply a jq filter to JSON; each value that it gives is a line of `output`."""
        given = {"file_path": file_path, "json_input": json_input}
        text, _ = await self.source("jq", given, JSON_BYTES_MAX)
        found = await self.isolation.run(
            "jq",
            query=query,
            text=text,
            raw_output=raw_output,
            window=(offset, limit),
            bytes_max=self.room,
        )
        return {"engine": ENGINE, **found, "next": _next(found, offset)}

    @action("read")
    async def diff_highlight(
        self,
        *,
        file1: w.File1,
        file2: w.File2,
        context: w.Context = 3,
        side_by_side: w.SideBySide = False,
        from_char: v.FromChar = 0,
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> v.Object | Listing:
        """Show how two text files differ: a unified diff, or rows `side_by_side`."""
        texts = await self.text_of(file1), await self.text_of(file2)
        found = await self.isolation.run(
            "diff_highlight",
            texts=texts,
            names=(file1, file2),
            context=context,
            window=(offset, limit) if side_by_side else None,
        )
        if side_by_side:
            items, total = found.pop("items"), found.pop("total")
            return replace(listing(items, total=total, offset=offset), about=found)
        diff = found.pop("diff_output")
        return {
            "engine": ENGINE,
            **found,
            "diff_output": diff[from_char:],
            "from_char": from_char,
            "chars": len(diff),
        }

    @action("read", source_code="content")
    async def parse_syntax(
        self,
        *,
        file_path: w.FilePath | None = None,
        content: w.Content | None = None,
        language: w.Language = "auto",
        max_depth: w.MaxDepth = 4,
    ) -> v.Object:
        """Parse source code: its tree, what it has of everything, and where it is wrong."""
        given = {"file_path": file_path, "content": content}
        text, name = await self.source("parse_syntax", given)
        detected = _language(language, name, text)
        found = await self.isolation.run(
            "parse_syntax", text=text, language=detected, depth_max=max_depth, nodes_max=NODES_MAX
        )
        return {"engine": ENGINE, "detected_language": detected, **found}

    @action("read", source_code="content")
    async def syntax_highlight(
        self,
        *,
        file_path: w.FilePath | None = None,
        content: w.Content | None = None,
        language: w.Language = "auto",
        format: w.Format = "ansi",
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> v.Object:
        """Colour lines of source code, with the codes of a terminal or as HTML."""
        given = {"file_path": file_path, "content": content}
        text, name = await self.source("syntax_highlight", given)
        found = await self.isolation.run(
            "syntax_highlight",
            text=text,
            named=(name, language),
            format=format,
            window=(offset, limit),
            bytes_max=self.room,
        )
        return {"engine": ENGINE, **found, "next": _next(found, offset)}

    @action("read")
    async def syntax_query(
        self,
        *,
        file_path: w.FilePath,
        query_type: w.QueryType = "functions",
        language: w.Language = "auto",
        limit: v.Limit = 50,
        offset: v.Offset = 0,
    ) -> Listing:
        """Find functions, classes, imports, calls, or what a tree-sitter query says, in a file."""
        text = await self.text_of(file_path)
        detected = _language(language, file_path, text)
        found = await self.isolation.run(
            "syntax_query", text=text, language=detected, query=query_type, window=(offset, limit)
        )
        page = listing(found["items"], total=found["total"], offset=offset)
        stopped_by = None if found["complete"] else ["matches"]
        return replace(page, about={"detected_language": detected}, stopped_by=stopped_by)


def _language(asked: str, file_name: str, text: str) -> str:
    found = language_of(file_name, text[:20_000]) if asked == "auto" else asked.lower()
    if found in LANGUAGES:
        return found
    said = f"{asked!r} is none that is parsed" if found else "can not be told from the file's name"
    raise RequestError(f"language {said}.", f"It is one of: {', '.join(LANGUAGES)}.")


def _next(found: Mapping[str, object], offset: int) -> int | None:
    """Return where the next page begins, after one that was cut to fit."""
    return offset + int(str(found["returned"])) if found["has_more"] else None
