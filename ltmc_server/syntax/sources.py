"""Sources in files: what the tools ask of a workspace."""

from collections.abc import Sequence
from typing import Protocol


class SourceReader(Protocol):
    """Files of code, by paths inside of one workspace."""

    async def read(self, path: str) -> str:
        """Return the text of a regular file.

        Raises:
            NoSuchPath, OutsideWorkspace, Unreadable: it is not there, or is not to be read.
            UnreadableSource: it is longer than `SOURCE_BYTES_MAX`.
        """
        ...

    async def list_sources(self, folder: str, *, limit: int) -> Sequence[str]:
        """Return paths of files in a language that is known here, in order, `limit` at most.

        Raises:
            NoSuchPath, OutsideWorkspace, Unreadable: as `read`, of the folder.
        """
        ...
