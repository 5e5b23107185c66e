"""The tools that keep code and documents in step."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ltmc_server.dataclass import dataclass
from ltmc_server.documentation.sources import WorkspaceReader
from ltmc_server.isolation.process import Isolation
from ltmc_server.jobs import Jobs
from ltmc_server.stores.sqlite.blueprints import SqliteBlueprints
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.dependencies import SqliteDependencies
from ltmc_server.threads import Turns
from ltmc_server.tools.documentation import DocumentationTool
from ltmc_server.tools.documentation.sources import SourceFiles
from ltmc_server.tools.sync import SyncTool
from ltmc_server.watching.watcher import Watcher

if TYPE_CHECKING:
    from ltmc_server.documentation.upkeep import Upkeep


@dataclass(frozen=True)
class Keepers:
    """Makes the tools that keep code and documents in step; what both need is made once."""

    reader: WorkspaceReader
    """Of the workspace."""
    turn: Turns
    """Shared with all else that parses: one source at a time."""
    database: Database
    """Of the blueprints, of which documents are written, too."""
    jobs: Jobs
    """Where watches run."""
    project: str
    """Of calls that name none."""

    def documentation(self) -> DocumentationTool:
        return DocumentationTool(
            open_upkeep=self._open_upkeep,
            isolation=self._isolation,
            project=self.project,
            files=SourceFiles(self.reader, self.turn),
            workspace=self.reader.workspace,
        )

    def sync(self) -> SyncTool:
        return SyncTool(
            open_upkeep=self._open_upkeep,
            isolation=self._isolation,
            project=self.project,
            blueprints=SqliteBlueprints(self.database),
            needs=SqliteDependencies(self.database),
            watcher=Watcher(self.reader.workspace, self.jobs, self._refresh),
        )

    async def _refresh(self, changed: Sequence[str]) -> dict[str, object]:
        """Say what files that changed have put out of step."""
        found = await self._upkeep.out_of_step(changed)
        return {
            "out_of_step": {name: len(changes) for name, changes in found.changes.items()},
            "score": found.consistency.score,
        }

    def _open_upkeep(self) -> "Upkeep":
        return self._upkeep

    @cached_property
    def _upkeep(self) -> "Upkeep":
        from ltmc_server.documentation.reading import CodeReader
        from ltmc_server.documentation.upkeep import Upkeep

        return Upkeep(CodeReader(self.reader, self.turn))

    @cached_property
    def _isolation(self) -> Isolation:
        return Isolation()
