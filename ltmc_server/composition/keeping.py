"""The tools that keep code and documents in step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from anyio import CapacityLimiter

from ltmc_server.actions import Tool
from ltmc_server.documentation.sources import WorkspaceReader
from ltmc_server.isolation.process import Isolation
from ltmc_server.jobs import Jobs
from ltmc_server.stores.sqlite.blueprints import SqliteBlueprints
from ltmc_server.stores.sqlite.dependencies import SqliteDependencies
from ltmc_server.tools.documentation import DocumentationTool
from ltmc_server.tools.documentation.sources import SourceFiles
from ltmc_server.tools.sync import SyncTool
from ltmc_server.watching.watcher import Watcher

if TYPE_CHECKING:
    from ltmc_server.documentation.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Plans:
    """Blueprints, of which documents are written, too."""

    blueprints: SqliteBlueprints
    needs: SqliteDependencies


def keepers(
    reader: WorkspaceReader, turn: CapacityLimiter, plans: Plans, jobs: Jobs, project: str
) -> tuple[Tool, ...]:
    """Join the tools that keep code and documents in step.

    Args:
        reader: of the workspace.
        turn: shared with all else that parses: one source at a time.
        plans: the blueprints.
        jobs: where watches run.
        project: of calls that name none.
    """

    @cache
    def upkeep() -> "Upkeep":
        from ltmc_server.documentation.reading import CodeReader
        from ltmc_server.documentation.upkeep import Upkeep

        return Upkeep(CodeReader(reader, turn))

    async def refresh(changed: Sequence[str]) -> dict[str, object]:
        """Say what files that changed have put out of step."""
        found = await upkeep().out_of_step(changed)
        return {
            "out_of_step": {name: len(changes) for name, changes in found.changes.items()},
            "score": found.consistency.score,
        }

    isolation = Isolation()
    documentation = DocumentationTool(
        open_upkeep=upkeep,
        isolation=isolation,
        project=project,
        files=SourceFiles(reader, turn),
        workspace=reader.workspace,
    )
    sync = SyncTool(
        open_upkeep=upkeep,
        isolation=isolation,
        project=project,
        blueprints=plans.blueprints,
        needs=plans.needs,
        watcher=Watcher(reader.workspace, jobs, refresh),
    )
    return documentation, sync
