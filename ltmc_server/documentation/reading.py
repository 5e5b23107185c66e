"""The public names of many sources, read one at a time and within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from typing import Final, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.names import Module, module
from ltmc_server.documentation.sources import FILES_MAX, WorkspaceReader
from ltmc_server.errors import BoundExceeded, NoSuchPath, RequestError, UnreadableSource
from ltmc_server.syntax.grammars import LANGUAGES, language_of
from ltmc_server.syntax.parsing import source
from ltmc_server.threads import Turns
from ltmc_server.workspace.deadlines import Deadline

CHARS_MAX: Final = 20_000_000
"""Of their texts together."""
NAMES_MAX: Final = 50_000
"""Public names of one call."""
SECONDS_MAX: Final = 60.0
KEPT_MAX: Final = 2 * FILES_MAX
KEPT_CHARS_MAX: Final = 10_000_000
"""Of the sources whose names are kept; the names take about as much again."""

_T = TypeVar("_T")


@dataclass(slots=True)
class Read:
    """Sources that were read, and those that could not be."""

    modules: dict[str, Module | None] = field(default_factory=dict)
    """By path; None for what is no more."""
    unread: dict[str, str] = field(default_factory=dict)
    """Path and reason."""
    chars: int = 0
    names: int = 0

    @property
    def there(self) -> list[Module]:
        """The sources that there are."""
        return [one for one in self.modules.values() if one]


@dataclass(slots=True)
class Kept:
    """What was made of sources before, by what they say; what was not asked for longest goes."""

    modules: OrderedDict[bytes, tuple[Module, int]] = field(default_factory=OrderedDict)
    size: int = 0
    """Of their sources, in characters."""

    def get(self, key: bytes) -> Module | None:
        """Return what was made of a source."""
        if key not in self.modules:
            return None
        self.modules.move_to_end(key)
        return self.modules[key][0]

    def put(self, key: bytes, one: Module, size: int) -> None:
        """Keep what was made of a source of that many characters."""
        if key in self.modules:
            return
        self.modules[key] = (one, size)
        self.size += size
        while self.size > KEPT_CHARS_MAX or len(self.modules) > KEPT_MAX:
            self.size -= self.modules.popitem(last=False)[1][1]


@dataclass(frozen=True, slots=True)
class CodeReader:
    """Reads code of the workspace, or texts that are sent; parses in a thread."""

    reader: WorkspaceReader
    turn: Turns = field(default_factory=lambda: Turns(1))
    """One parse at a time in the whole server: Python's parser must not run twice at once."""
    kept: Kept = field(default_factory=Kept)

    async def read(self, paths: Sequence[str]) -> Read:
        """Read the public names of files and folders of the workspace.

        Raises:
            BoundExceeded: they are more than one call may read.
            NoSuchPath, OutsideWorkspace, Unreadable: one of the paths is not there to be read.
        """
        return await self.read_files(await self.files(paths))

    async def files(self, paths: Sequence[str]) -> Sequence[str]:
        """Return the sources that these files and folders are, at most one more than are read.

        Raises:
            NoSuchPath, OutsideWorkspace, Unreadable: one of the paths is not there to be read.
        """
        return await self.reader.sources_at(paths, limit=FILES_MAX + 1)

    async def read_texts(self, texts: Mapping[str, str]) -> Read:
        """Read the public names of texts, by the names of their files."""
        read, deadline = Read(), Deadline(SECONDS_MAX)
        for path, text in texts.items():
            await self._add(read, path, text, deadline)
        return read

    async def read_files(self, files: Sequence[str]) -> Read:
        """Read the public names of files; what is no more, or can not be read, is told so.

        Raises:
            BoundExceeded: they are more than one call may read.
        """
        if len(files) > FILES_MAX:
            raise BoundExceeded(
                f"These are more than {FILES_MAX} files.", "Name fewer, or a smaller folder."
            )
        read, deadline = Read(), Deadline(SECONDS_MAX)
        for path in files:
            try:
                text = await self.reader.read(path)
            except NoSuchPath:
                read.modules[path] = None
            except RequestError as error:
                read.unread[path] = str(error)
            else:
                await self._add(read, path, text, deadline)
        return read

    async def _add(self, read: Read, path: str, text: str, deadline: Deadline) -> None:
        read.chars += len(text)
        if read.chars > CHARS_MAX or read.names > NAMES_MAX or deadline.passed:
            raise BoundExceeded(
                f"These sources are too much for one call, which reads up to {CHARS_MAX} "
                f"characters and {NAMES_MAX} public names in {SECONDS_MAX:g} s.",
                "Name fewer, or a smaller folder.",
            )
        key = sha256(f"{path}\0{text}".encode("utf-8", "surrogatepass")).digest()
        one = self.kept.get(key)
        if one is None:
            try:
                one = await self.work(lambda: _module(text, path))
            except RequestError as error:
                read.unread[path] = str(error)
                return
            self.kept.put(key, one, len(text))
        read.modules[path] = one
        read.names += len(one.names)

    async def work(self, work: Callable[[], _T]) -> _T:
        """Do blocking work in a thread, when it is its turn."""
        return await self.turn.run(work)


def _module(text: str, path: str) -> Module:
    language = language_of(path, text)
    if language is None:
        raise UnreadableSource(
            "its language could not be told", f"Known are: {', '.join(LANGUAGES)}."
        )
    return module(source(text, language), path)
