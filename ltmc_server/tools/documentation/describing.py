"""The actions of documentation_action that describe code."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import orjson

from ltmc_server.actions import action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import Conflict, InvalidArguments, NoSuchPath
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.documentation import words as w
from ltmc_server.tools.documentation.upholding import UpholdingTool, paged, unread

if TYPE_CHECKING:
    from ltmc_server.documentation.names import PublicName
    from ltmc_server.documentation.reading import Read

GENERATOR = "ltmc_server"
"""What a JSON file says that made it; another file is not replaced."""

CHARS_MAX = 1_000_000
"""Of a document in one result, which is cut to the bound of results then."""


@dataclass(frozen=True)
class DescribingActions(UpholdingTool):
    """Public names of code: described, judged, and kept in step with a document."""

    @action("write", file_path="paths")
    async def generate_api_docs(
        self,
        *,
        paths: w.Paths | None = None,
        source_files: w.SourceFiles | None = None,
        output_format: w.OutputFormat = "markdown",
        write_to: w.WriteTo | None = None,
        from_char: v.FromChar = 0,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Document the public names of code: signature and docstring, methods under their class."""
        if (paths is None) == (source_files is None):
            wanted = ["paths or source_files: give one"]
            raise InvalidArguments(self.name, "generate_api_docs", wanted)
        if paths is not None:
            read = await self.upkeep.code.read(paths)
        else:
            read = await self.upkeep.code.read_texts(source_files or {})
        project = project_id or self.project
        told: v.Object = {
            "project_id": project,
            "files_processed": len(read.there),
            **_counted(read),
            **unread(read),
        }
        page = slice(offset, offset + limit)
        if write_to is not None:
            return told | await self._written(write_to, read, output_format, project, page)
        if output_format == "json":
            items = await self.upkeep.code.work(lambda: _items(read))
            return told | paged("names", items, page)
        text = await self.upkeep.code.work(lambda: whole_document(project, read))
        return told | {
            "documentation": text[from_char : from_char + CHARS_MAX],
            "document_chars": len(text),
        }

    @action("read", file_path="paths")
    async def validate_documentation_consistency(
        self,
        *,
        paths: w.Paths,
        document: w.Document | None = None,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Score how docstrings, and a document, fit the code, and name each thing that does not."""
        return await self.judged(paths, document, slice(offset, offset + limit), project_id)

    @action("write", file_path="document")
    async def sync_documentation_with_code(
        self,
        *,
        document: w.Document,
        paths: w.Paths | None = None,
        dry_run: w.DryRun = True,
        force_update: w.ForceUpdate = False,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Make the generated sections of a document anew; all else in it stays, byte for byte."""
        update = await self.upkeep.update(document, paths or (), force=force_update)
        told = {"project_id": project_id or self.project}
        return told | await self.updated(update, slice(offset, offset + limit), dry_run=dry_run)

    async def _written(
        self, path: str, read: "Read", output_format: str, project: str, page: slice
    ) -> v.Object:
        if output_format == "markdown":
            update = await self.upkeep.update(path, given=read, title=f"API of {project}")
            return await self.updated(update, page, dry_run=False)
        text = await self.upkeep.code.work(lambda: _as_json(project, read))
        reader = self.upkeep.code.reader
        try:
            old = await reader.document(path)
        except NoSuchPath:
            old = None
        if old is not None and not _is_ours(old):
            raise Conflict(
                f"{path!r} is there and was not made by this action; nothing was written.",
                "Name another file.",
            )
        await reader.replace(path, old, text)
        return {"document": path, "written": True, "bytes": len(text.encode())}


def whole_document(project: str, read: "Read") -> str:
    """Return a document of all that was read."""
    from ltmc_server.documentation.rendering import rendered

    return "".join((f"# API of {project}\n", *(f"\n{rendered(one)}" for one in read.there)))


def _as_json(project: str, read: "Read") -> str:
    made = {"generator": GENERATOR, "project_id": project, "names": _items(read)}
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _counted(read: "Read") -> Mapping[str, int]:
    names = [name for one in read.there for name in one.names]
    types = sum(one.is_class for one in names)
    return {"total_functions": len(names) - types, "total_classes": types}


def _items(read: "Read") -> Sequence[v.Object]:
    return [_item(name, one.path) for one in read.there for name in one.names]


def _item(one: "PublicName", file: str) -> v.Object:
    return {
        "name": one.qualified_name,
        "kind": one.kind,
        "file": file,
        "line": one.line,
        "signature": one.signature,
        "docstring": one.docs,
        "parameters": [name for name in one.parameters if name],
        "returns": one.returns,
        "raises": list(one.raises),
    }


def _is_ours(text: str) -> bool:
    try:
        found = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeError):
        return False
    return isinstance(found, dict) and found.get("generator") == GENERATOR
