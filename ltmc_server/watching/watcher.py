"""Watches paths of the workspace, and has something done when they change."""

import logging
import threading
from asyncio import Task, get_running_loop
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import anyio

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded, LtmcError, NotFound, RequestError
from ltmc_server.jobs import Jobs
from ltmc_server.model import now
from ltmc_server.watching.looking import Change, Look, differences, look
from ltmc_server.watching.watch import Watch
from ltmc_server.workspace.confinement import Workspace

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

log = logging.getLogger(__name__)

WATCHES_MAX: Final = 16
PATHS_MAX: Final = 50
READY_S_MAX: Final = 5.0
"""Longest wait for a new watch to notice changes."""
REFRESH_S_MAX: Final = 60.0
LISTEN_MS: Final = 500
"""Longest time that a thread listens before it looks whether it is still wanted."""
RETRY_S: Final = 0.5
RETRY_S_MAX: Final = 30.0
"""Between looks for what is missing, and after what went wrong; longer if it goes on."""
BATCH_MS_MAX: Final = 10_000
"""Changes that never pause are told after so long."""

Refresh: TypeAlias = Callable[[Sequence[str]], Awaitable[object]]
"""Is given the paths that changed; what it returns is shown with the status."""


@dataclass(frozen=True)
class Watcher:
    """The watches of one server. They end with it."""

    workspace: Workspace
    jobs: Jobs
    refresh: Refresh | None = None
    """None: changes are noticed and told, and nothing is done about them."""
    watches: dict[str, Watch] = field(default_factory=dict)
    running: dict[str, Task[None]] = field(default_factory=dict)
    threads: ThreadPoolExecutor = field(
        # One listens for each watch, and as many may look meanwhile. Not `anyio.to_thread`: its
        # threads belong to the task that asked first, and outlive a loop that ends before it.
        default_factory=lambda: ThreadPoolExecutor(2 * WATCHES_MAX, thread_name_prefix="watch")
    )

    async def start(self, paths: Sequence[str], project_id: str, debounce_ms: int) -> Watch:
        """Watch paths, and return when changes are noticed; the same paths are watched once.

        Raises:
            NotFound, OutsideWorkspace, Unreadable: a path can not be watched.
            BoundExceeded: there are `WATCHES_MAX` watches, or more than `PATHS_MAX` paths.
        """
        wanted = tuple(dict.fromkeys(paths))
        if len(wanted) > PATHS_MAX:
            raise BoundExceeded(
                f"{len(wanted)} paths are too many for one watch; at most {PATHS_MAX}.",
                "Name the folder that they are in.",
            )
        for one in self.watches.values():
            if one.paths == wanted and one.project_id == project_id:
                one.debounce_ms = debounce_ms
                return one
        if len(self.watches) >= WATCHES_MAX:
            why = f"There are {WATCHES_MAX} watches, and no more at once."
            raise BoundExceeded(why, "sync_action stop ends one; one watch takes several paths.")
        watch = Watch(paths=wanted, project_id=project_id, debounce_ms=debounce_ms)
        # From here on it counts, so that calls side by side can not pass the bound.
        self.watches[watch.id] = watch
        try:
            await self._aside(self._check, wanted)
        except BaseException:
            del self.watches[watch.id]
            raise
        self.running[watch.id] = self.jobs.start(f"watch {watch.id}", partial(self._run, watch))
        with anyio.move_on_after(READY_S_MAX):
            await watch.listening.wait()
        return watch

    def stop(self, watch_id: str) -> Watch:
        """End a watch.

        Raises:
            NotFound: there is none with that id.
        """
        watch = self.get(watch_id)
        del self.watches[watch_id]
        if (task := self.running.pop(watch_id, None)) is not None:
            task.cancel()
        return watch

    def get(self, watch_id: str) -> Watch:
        """Return a watch. Raises as `stop` does."""
        if watch_id not in self.watches:
            hint = "sync_action status lists the watches; they end with the server."
            raise NotFound("watch", watch_id, hint)
        return self.watches[watch_id]

    def of(self, project_id: str) -> list[Watch]:
        """Return the watches of a project, oldest first."""
        return [one for one in self.watches.values() if one.project_id == project_id]

    def _check(self, paths: Sequence[str]) -> None:
        for path in paths:
            with self.workspace.at(path):
                pass

    async def _run(self, watch: Watch) -> None:
        async with anyio.create_task_group() as group:
            if self.refresh is not None:
                group.start_soon(self._refresh_when_due, watch, self.refresh)
            watch.seen = await self._aside(look, self.workspace, watch.paths)
            pause_s = RETRY_S
            while True:
                try:
                    await self._listen(watch)
                    pause_s = RETRY_S
                except (OSError, RuntimeError, LtmcError) as error:
                    # The system has no more to listen with, or a folder has gone: try again.
                    watch.fail("watching", error)
                    pause_s = min(2 * pause_s, RETRY_S_MAX)
                watch.is_listening = False
                await anyio.sleep(pause_s)
                await self._look(watch)

    async def _listen(self, watch: Watch) -> None:
        """Notice changes until the folders to listen to are others."""
        folders = list(watch.seen.folders)
        if not folders:
            return
        notify = await self._aside(_listener, folders)
        try:
            # What happened before it listened.
            await self._look(watch)
            watch.is_listening = True
            watch.listening.set()
            while list(watch.seen.folders) == folders:
                happened = await self._wait(notify, watch)
                if happened or watch.seen.missing:
                    await self._look(watch)
                # A folder that was removed and made again is another one by the same name.
                if any(path in watch.seen.folders for _, path in happened):
                    return
        finally:
            notify.close()

    async def _wait(self, notify: "RustNotify", watch: Watch) -> set[tuple[int, str]]:
        """Wait for changes and for the pause after them; return what the system said."""
        stop = threading.Event()
        quiet = max(watch.debounce_ms, 1)
        try:
            said = await self._aside(notify.watch, max(BATCH_MS_MAX, quiet), quiet, LISTEN_MS, stop)
        finally:
            stop.set()
        return said if isinstance(said, set) else set()

    async def _look(self, watch: Watch) -> None:
        before = watch.seen
        after: Look = await self._aside(look, self.workspace, watch.paths)
        watch.seen = after
        for trouble in after.troubles:
            if trouble not in before.troubles:
                watch.fail("watching", trouble)
        watch.notice(differences(before, after))
        if self.refresh is None:
            watch.pending = {}

    async def _refresh_when_due(self, watch: Watch, refresh: Refresh) -> None:
        while True:
            await watch.due.wait()
            watch.due = anyio.Event()
            waiting, watch.pending = watch.pending, {}
            paths = list(watch.paths) if watch.overflowed else sorted(waiting)
            watch.overflowed = False
            await self._refresh(refresh, watch, paths, waiting)

    async def _refresh(
        self, refresh: Refresh, watch: Watch, paths: Sequence[str], waiting: Mapping[str, Change]
    ) -> None:
        began = now()
        try:
            with anyio.fail_after(REFRESH_S_MAX):
                result = await refresh(paths)
        except Exception as error:
            # Whatever it was: the watch goes on, and these paths wait for the next change.
            watch.failures += 1
            watch.fail("refreshing", error)
            watch.wait_for_refresh({**waiting, **watch.pending})
            if not isinstance(error, RequestError | TimeoutError):
                log.exception("refreshing after a change of %d paths", len(paths))
        else:
            watch.refreshed(paths, began, result)

    async def _aside(self, work: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
        return await get_running_loop().run_in_executor(self.threads, work, *arguments)


def _listener(folders: list[str]) -> "RustNotify":
    """Return what listens to folders, not to those below them."""
    from watchfiles._rust_notify import RustNotify

    return RustNotify(
        folders,
        debug=False,
        force_polling=False,
        poll_delay_ms=300,
        recursive=False,
        ignore_permission_denied=True,
    )
