"""Where unix_action works: the workspace, and the threads and processes that do the work."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final, TypeVar

from ltmc_server.actions import Tool
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidArguments
from ltmc_server.isolation.process import Isolation
from ltmc_server.threads import Turns
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.reading import whole_text

THREADS_MAX: Final = 4
SOURCE_BYTES_MAX: Final = 1_000_000
"""Of a file that is taken whole: parsed, coloured, compared."""

_ENVELOPE_BYTES: Final = 1_000
"""Of a response, kept for what is beside its long text."""

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Place(Tool):
    """What every part of the tool needs."""

    workspace: Workspace
    response_bytes_max: int = 15_000
    isolation: Isolation = field(default_factory=Isolation)
    turns: Turns = field(default_factory=lambda: Turns(THREADS_MAX))
    """Threads at once; walks and reads hold files open."""

    @property
    def room(self) -> int:
        """How many bytes of JSON a long text may take."""
        return self.response_bytes_max - _ENVELOPE_BYTES

    async def aside(self, work: Callable[[], _Result]) -> _Result:
        """Do blocking work off the event loop."""
        return await self.turns.run(work, abandon_on_cancel=True)

    async def text_of(self, path: str, bytes_max: int = SOURCE_BYTES_MAX) -> str:
        """Return all of a text file."""

        def read() -> str:
            with self.workspace.file(path) as file:
                return whole_text(file, bytes_max)

        return await self.aside(read)

    async def source(
        self, action: str, given: Mapping[str, str | None], bytes_max: int = SOURCE_BYTES_MAX
    ) -> tuple[str, str]:
        """Return a text and the name of its file, which is empty when the text was sent.

        Args:
            action: for the error.
            given: `file_path`, and the parameter that takes its place; one of them is None.
            bytes_max: of the file.
        """
        if len([value for value in given.values() if value is not None]) != 1:
            raise InvalidArguments(self.name, action, [f"{' or '.join(given)}: give one of them"])
        path = given["file_path"]
        if path is None:
            return next(value for value in given.values() if value is not None), ""
        return await self.text_of(path, bytes_max), path
