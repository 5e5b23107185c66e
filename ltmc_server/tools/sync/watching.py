"""The actions of sync_action that watch paths and tell what changed."""

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.model import Page
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.documentation import words as dw
from ltmc_server.tools.sync import words as w
from ltmc_server.watching.watcher import Watcher


@dataclass(frozen=True)
class WatchingActions(Tool):
    """Paths that are watched, and what happened to them."""

    watcher: Watcher
    project: str
    """Of calls that name none."""

    @action("write", file_paths="paths", sync_interval_ms="debounce_ms")
    async def monitor(
        self,
        *,
        paths: dw.Paths,
        debounce_ms: w.DebounceMs = 200,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Watch files and folders until stop; refresh when they change."""
        watch = await self.watcher.start(paths, project_id or self.project, debounce_ms)
        return watch.told(with_pending=True)

    @action("write")
    async def stop(self, *, watch_id: w.WatchId) -> v.Object:
        """End a watch; what it noticed is told once more."""
        watch = self.watcher.stop(watch_id)
        return watch.told(with_pending=True) | {"state": "stopped"}

    @action("read")
    async def status(
        self,
        *,
        watch_id: w.WatchId | None = None,
        include_pending_changes: w.IncludePendingChanges = True,
        limit: v.Limit = 20,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> Page[v.Object]:
        """Tell what is watched, what changed, what waits, and what went wrong."""
        watches = self.watcher.of(project_id or self.project)
        if watch_id is not None:
            watches = [self.watcher.get(watch_id)]
        told = [one.told(with_pending=include_pending_changes) for one in watches]
        return Page.of(told[offset : offset + limit], total=len(told), offset=offset)
