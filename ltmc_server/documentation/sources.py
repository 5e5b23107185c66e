"""Sources and documents in the workspace: read within its rules, written whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import field
from functools import partial
from itertools import islice
from pathlib import PurePosixPath
from typing import Final, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded, Conflict, LtmcError, NoSuchPath, UnreadableSource
from ltmc_server.syntax.grammars import EXTENSIONS
from ltmc_server.syntax.parsing import SOURCE_BYTES_MAX
from ltmc_server.threads import Turns
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import File, Folder
from ltmc_server.workspace.names import shown
from ltmc_server.workspace.reading import refuse_binary, whole_text
from ltmc_server.workspace.walking import Walk

PASSED_OVER: Final = frozenset({"node_modules", "__pycache__", "venv", "target", "build", "dist"})
"""Folders of what is made or fetched; so are those whose name begins with a dot."""

FILES_MAX: Final = 500
"""Sources of one call that describes or judges them."""
DOCUMENT_BYTES_MAX: Final = 4_000_000
DOCUMENT_EXTENSIONS: Final = frozenset({"md", "markdown", "mdx"})
THREADS_MAX: Final = 2

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class WorkspaceReader:
    """A `SourceReader` of the workspace, which follows its rules on secrets and `.gitignore`."""

    workspace: Workspace
    turns: Turns = field(default_factory=lambda: Turns(THREADS_MAX))

    async def read(self, path: str) -> str:
        return await self._aside(lambda: self._read(path))

    async def list_sources(self, folder: str, *, limit: int) -> Sequence[str]:
        return await self._aside(lambda: self._listed(folder, limit, frozenset(EXTENSIONS)))

    async def sources_at(self, paths: Sequence[str], *, limit: int) -> Sequence[str]:
        """Return the sources that these files and folders are, each once, `limit` at most.

        Raises:
            NoSuchPath, OutsideWorkspace, Unreadable: of any of them.
        """
        found: dict[str, None] = {}
        for path in paths:
            some = await self._aside(partial(self._at, path, limit))
            found |= dict.fromkeys(some)
        return list(found)[:limit]

    async def documents(self, *, limit: int) -> Sequence[str]:
        """Return paths of Markdown files in the workspace, in order, `limit` at most."""
        return await self._aside(lambda: self._listed(".", limit, DOCUMENT_EXTENSIONS))

    async def document(self, path: str) -> str:
        """Return a document, byte for byte: bytes that are not UTF-8 are lone surrogates.

        Raises:
            NoSuchPath, OutsideWorkspace, Unreadable: it is not there, or is not to be read.
            BoundExceeded: it is longer than `DOCUMENT_BYTES_MAX`.
        """
        return await self._aside(lambda: self._document(path))

    async def exist(self, paths: Sequence[str]) -> list[bool]:
        """Tell of each path whether anything in the workspace has it."""
        return await self._aside(lambda: [self._exists(path) for path in paths])

    async def replace(self, path: str, old: str | None, new: str) -> None:
        """Put a document in the place of what was read there; None, if it was not there.

        Raises:
            Conflict: somebody has changed it since; nothing was written.
            OutsideWorkspace, Unwritable: nothing was written.
        """
        await self._aside(lambda: self._replace(path, old, new))

    async def _aside(self, work: Callable[[], _T]) -> _T:
        return await self.turns.run(work)

    def _read(self, path: str) -> str:
        with self.workspace.file(path) as file:
            if file.size_bytes > SOURCE_BYTES_MAX:
                why = f"{file.path} has more than {SOURCE_BYTES_MAX} bytes"
                raise UnreadableSource(why, "Send the part that matters as source_code.")
            return whole_text(file, SOURCE_BYTES_MAX)

    def _at(self, path: str, limit: int) -> list[str]:
        with self.workspace.at(path) as found:
            if isinstance(found, File):
                return [found.path]
        return self._listed(path, limit, frozenset(EXTENSIONS))

    def _listed(self, folder: str, limit: int, extensions: frozenset[str]) -> list[str]:
        with self.workspace.folder(folder) as top:
            return self._below(top, limit, extensions)

    def _below(self, top: Folder, limit: int, extensions: frozenset[str]) -> list[str]:
        walk = Walk(self.workspace, passed_over=PASSED_OVER)
        files = (
            step.path
            for step in walk.below(top)
            if step.entry.kind == "file"
            and PurePosixPath(shown(step.entry.name)).suffix[1:].lower() in extensions
        )
        found = list(islice(files, limit))
        if len(found) < limit and walk.stopped_by & {"time", "entries"}:
            raise BoundExceeded(
                f"{top.path!r} has more in it than is looked through in one call.",
                "Name folders inside of it.",
            )
        return found

    def _document(self, path: str) -> str:
        with self.workspace.file(path) as file:
            if file.size_bytes > DOCUMENT_BYTES_MAX:
                raise BoundExceeded(
                    f"{file.path!r} has {file.size_bytes} bytes; documents have at most "
                    f"{DOCUMENT_BYTES_MAX}.",
                    "Put the sections of some sources into a document of their own.",
                )
            refuse_binary(file)
            return file.read(DOCUMENT_BYTES_MAX).decode("utf-8", "surrogateescape")

    def _exists(self, path: str) -> bool:
        try:
            with self.workspace.at(path):
                return True
        except NoSuchPath:
            return False
        except LtmcError:
            # It may be there; whatever it is, it is not to be looked at.
            return True

    def _replace(self, path: str, old: str | None, new: str) -> None:
        with self.workspace.replacing(path) as file:
            file.write(new.encode("utf-8", "surrogateescape"))
            try:
                now = self._document(path)
            except NoSuchPath:
                now = None
            if now != old:
                raise Conflict(
                    f"{shown(path)!r} was changed while its sections were made; "
                    "nothing was written.",
                    "Try again.",
                )
