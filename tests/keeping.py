"""The tools that keep code and documents in step, on a folder."""

from pathlib import Path

from ltmc_server.documentation.reading import CodeReader
from ltmc_server.documentation.sources import WorkspaceReader
from ltmc_server.documentation.upkeep import Upkeep
from ltmc_server.isolation.process import Isolation
from ltmc_server.jobs import Jobs
from ltmc_server.stores.in_memory.blueprints import InMemoryBlueprints
from ltmc_server.tools.documentation import DocumentationTool
from ltmc_server.tools.documentation.sources import SourceFiles
from ltmc_server.tools.sync import SyncTool
from ltmc_server.watching.watcher import Watcher
from ltmc_server.workspace.confinement import Workspace


def documentation_tool(root: Path, project: str = "here") -> DocumentationTool:
    """Return documentation_action in a workspace."""
    reader = WorkspaceReader(Workspace.of((root,)))
    upkeep = Upkeep(CodeReader(reader))
    return DocumentationTool(
        open_upkeep=lambda: upkeep,
        isolation=Isolation(),
        project=project,
        files=SourceFiles(reader),
        workspace=reader.workspace,
    )


def sync_tool(
    root: Path, jobs: Jobs, plans: InMemoryBlueprints | None = None, project: str = "here"
) -> SyncTool:
    """Return sync_action in a workspace, with watches that do nothing about what they see."""
    reader = WorkspaceReader(Workspace.of((root,)))
    upkeep = Upkeep(CodeReader(reader))
    plans = plans or InMemoryBlueprints()
    return SyncTool(
        open_upkeep=lambda: upkeep,
        isolation=Isolation(),
        project=project,
        blueprints=plans,
        needs=plans,
        watcher=Watcher(reader.workspace, jobs),
    )
