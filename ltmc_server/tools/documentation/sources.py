"""The files that a diagram is drawn from, read within bounds."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import partial
from time import monotonic
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.graph import DiagramType
from ltmc_server.diagrams.reading import SourceFile, read_source
from ltmc_server.documentation.sources import WorkspaceReader
from ltmc_server.errors import RequestError, UnreadableSource
from ltmc_server.threads import Turns

FILES_MAX: Final = 500
CHARS_MAX: Final = 10_000_000
SECONDS_MAX: Final = 20.0
"""For all files of one diagram; those that are left then are told as not read."""

GO_MODULES_MAX: Final = 50
"""Folders that are asked for a `go.mod`."""

_GO_MODULE: Final = re.compile(r'^module\s+"?([^\s"]+)', re.MULTILINE)


@dataclass(slots=True)
class ReadFiles:
    """What was read, and what was not."""

    files: dict[str, SourceFile] = field(default_factory=dict)
    go_modules: dict[str, str] = field(default_factory=dict)
    unread: list[dict[str, str]] = field(default_factory=list)
    more_files: bool = False


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Reads files for diagrams, one at a time and beside the event loop."""

    reader: WorkspaceReader
    turn: Turns = field(default_factory=lambda: Turns(1))
    """More would only take each other's time: Python runs one thread at once."""

    async def read(self, paths: Sequence[str], type: DiagramType) -> ReadFiles:
        """Read the files, and those of the folders.

        Raises:
            NotFound: a path is not there, or none of what is there is source.
        """
        found = await self._listed(paths)
        read = ReadFiles(more_files=len(found) > FILES_MAX)
        chars, end_s = 0, monotonic() + SECONDS_MAX
        for path in found[:FILES_MAX]:
            if chars > CHARS_MAX or monotonic() > end_s:
                read.more_files = True
                break
            # One bad file must not hide what is in the others.
            try:
                text = await self.reader.read(path)
                chars += len(text)
                read.files[path] = await self._facts(text, path, type)
            except RequestError as error:
                read.unread.append({"file": path, "why": str(error)})
        if not read.files:
            why = "Give paths of files in a language that is known here."
            raise UnreadableSource(f"{', '.join(paths[:5])} holds no source", why)
        await self._find_go_modules(read)
        return read

    async def _facts(self, text: str, path: str, type: DiagramType) -> SourceFile:
        return await self.turn.run(partial(read_source, text, path, type))

    async def _listed(self, paths: Sequence[str]) -> list[str]:
        wanted = list(dict.fromkeys(map(posixpath.normpath, paths)))
        return list(await self.reader.sources_at(wanted, limit=FILES_MAX + 1))

    async def _find_go_modules(self, read: ReadFiles) -> None:
        """Read which modules of Go the files are of, if any."""
        for folder in list(_folders(read.files.values()))[:GO_MODULES_MAX]:
            try:
                text = await self.reader.read(posixpath.join(folder, "go.mod"))
            except RequestError:
                continue
            if found := _GO_MODULE.search(text):
                read.go_modules[folder] = found[1]


def _folders(files: Iterable[SourceFile]) -> dict[str, None]:
    """Return the folders that files of Go are in, and those above."""
    found: dict[str, None] = {}
    for file in files:
        if file.language == "go":
            parts = file.parts[:-1]
            found |= dict.fromkeys("/".join(parts[:end]) for end in range(len(parts) + 1))
    return found
