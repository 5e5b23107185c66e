"""The source that a call is about: given, or read from a file, in a language told or found."""

from collections.abc import Callable
from dataclasses import field
from typing import TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidArguments, UnreadableSource
from ltmc_server.syntax.grammars import LANGUAGES, language_of
from ltmc_server.syntax.parsing import Source, source
from ltmc_server.syntax.sources import SourceReader
from ltmc_server.threads import Turns

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which source a call is about, as its arguments say."""

    action: str
    source_code: str | None
    file_path: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Reads sources for the actions, one at a time and beside the event loop."""

    reader: SourceReader
    turn: Turns = field(default_factory=lambda: Turns(1))
    """More would only take each other's time: Python runs one thread at once."""

    async def read(self, asked: Asked, work: Callable[[Source], _T]) -> _T:
        """Return what `work` makes of the source.

        Raises:
            InvalidArguments: both a text and a file are given, or neither.
            UnreadableSource: its language is not known, or it can not be read.
            NotFound: there is no such file.
        """
        if (asked.source_code is None) == (asked.file_path is None):
            wanted = ["source_code or file_path: give one"]
            raise InvalidArguments("pattern_action", asked.action, wanted)
        text = asked.source_code
        if text is None:
            text = await self.reader.read(asked.file_path or "")
        return await self.work(text, asked.file_path or "", asked.language, work)

    async def work(
        self, text: str, file_name: str, language: str, work: Callable[[Source], _T]
    ) -> _T:
        """Return what `work` makes of a text, done in a thread."""
        return await self.turn.run(lambda: work(_source(text, file_name, language)))


def _source(text: str, file_name: str, language: str) -> Source:
    known = language_of(file_name, text) if language == "auto" else language
    if known is None:
        raise UnreadableSource(
            "its language could not be told", f"Name it: {', '.join(LANGUAGES)}."
        )
    return source(text, known)
