"""Sources in files: what the tools ask of a workspace, and a folder that answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from os import walk
from pathlib import Path
from typing import Final, Protocol

import anyio.to_thread

from ltmc_server.errors import NotFound, UnreadableSource
from ltmc_server.syntax.grammars import EXTENSIONS
from ltmc_server.syntax.parsing import SOURCE_BYTES_MAX

PASSED_OVER: Final = frozenset({"node_modules", "__pycache__", "venv", "target", "build", "dist"})
"""Folders of what is made or fetched; so are those whose name begins with a dot."""


class SourceReader(Protocol):
    """Files of code, by paths inside of one workspace."""

    async def read(self, path: str) -> str:
        """Return the text of a regular file.

        Raises:
            NotFound: no such file is in the workspace.
            UnreadableSource: it is longer than `SOURCE_BYTES_MAX`.
        """
        ...

    async def list_sources(self, folder: str, *, limit: int) -> Sequence[str]:
        """Return paths of files in a language that is known here, in order, `limit` at most.

        Raises:
            NotFound: no such folder is in the workspace.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderReader:
    """A `SourceReader` of one folder; links that lead out of it are as if they were not there."""

    root: Path = field(default_factory=lambda: Path.cwd().resolve())

    async def read(self, path: str) -> str:
        return await anyio.to_thread.run_sync(self._read, path)

    async def list_sources(self, folder: str, *, limit: int) -> Sequence[str]:
        return await anyio.to_thread.run_sync(self._list, folder, limit)

    def _read(self, path: str) -> str:
        file = self._inside(path)
        # Opening what is no file may wait for ever.
        if file is None or not file.is_file():
            raise NotFound("file", path, "Paths are relative to the folder the server runs in.")
        try:
            with file.open("rb") as opened:
                content = opened.read(SOURCE_BYTES_MAX + 1)
        except OSError as error:
            raise NotFound("file", path, "It is there, but can not be read.") from error
        if len(content) > SOURCE_BYTES_MAX:
            why = f"{path} has more than {SOURCE_BYTES_MAX} bytes"
            raise UnreadableSource(why, "Send the part that matters as source_code.")
        return content.decode("utf-8", "replace")

    def _list(self, folder: str, limit: int) -> list[str]:
        top = self._inside(folder)
        if top is None or not top.is_dir():
            hint = "Paths are relative to the folder the server runs in."
            raise NotFound("folder", folder, hint)
        found: list[str] = []
        for file in _sources(top):
            if len(found) == limit:
                break
            if self._inside(str(file)) and file.is_file():
                found.append(str(file.relative_to(self.root)))
        return found

    def _inside(self, path: str) -> Path | None:
        try:
            resolved = (self.root / path).resolve()
        except (OSError, ValueError, RuntimeError):
            # A NUL in the path, or links in a circle.
            return None
        return resolved if resolved.is_relative_to(self.root) else None


def _sources(top: Path) -> Iterator[Path]:
    for folder, folders, files in walk(top):
        folders[:] = sorted(
            name for name in folders if name not in PASSED_OVER and not name.startswith(".")
        )
        for name in sorted(files):
            if Path(name).suffix[1:].lower() in EXTENSIONS:
                yield Path(folder, name)
