"""Indexes kept ready: loaded from a snapshot, put in order and written beside the calls."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import StoreUnavailable
from ltmc_server.jobs import Jobs
from ltmc_server.stores.faiss.growth import Growth, is_due
from ltmc_server.stores.faiss.index import BOUNDS, Bounds, FaissVectors, Parts
from ltmc_server.stores.faiss.library import in_large_pages, library
from ltmc_server.stores.faiss.snapshots import (
    SnapshotUnusable,
    Stamp,
    check,
    file_name,
    read,
    write,
)
from ltmc_server.stores.indexes import ProjectIndex, SnapshotMarks

log = logging.getLogger(__name__)

_T = TypeVar("_T")

WRITTEN_AFTER: Final = 10_000
"""Entries of the change log after which a snapshot is worth another: to follow so many from an
older one takes 50 ms."""

LULL_TRIES: Final = 20
"""How often it is looked whether nobody asks anything before a snapshot is written anyway."""

PAUSE_S: Final = 60.0
"""After work on an index failed, until it is tried again."""


@dataclass(slots=True, eq=False)
class FaissKeeper:
    """An `IndexKeeper` of `FaissVectors`, with snapshots in a folder.

    What takes long is done in one thread of its own, in steps after each of which it may be
    stopped. What changes an index that answers is done on the event loop, in microseconds.
    """

    folder: Path
    marks: SnapshotMarks
    jobs: Jobs
    bounds: Bounds = BOUNDS
    lull_s: float = 0.5
    """How long nobody has to have asked before a snapshot is written."""
    job: "asyncio.Task[None] | None" = field(default=None)
    written: dict[str, int] = field(default_factory=dict)
    """By the name of a file, the entry of the change log that it is of."""
    refused: dict[str, object] = field(default_factory=dict)
    """By the name of a file, the state of it that was refused: it is read and told of once."""
    rests_until: float = field(default=0.0)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="vectors"), repr=False
    )

    def new_index(self, dimension: int) -> FaissVectors:
        """Return an empty index of vectors of so many numbers."""
        return FaissVectors(dimension, self.bounds)

    def make_ready(self) -> None:
        self._thread.submit(library)

    async def load(self, followed: ProjectIndex) -> bool:
        file = self._file(followed)
        state = _state(file)
        if state is None or self.refused.get(file.name) == state:
            return False
        try:
            stamp, part = await self._in_thread(partial(read, file))
            oldest, newest = self.marks.span()
            mark = self.marks.mark(file.name) or ""
            check(stamp, self._stamp(followed, seq=newest, mark=mark), oldest)
        except FileNotFoundError:
            return False
        except (SnapshotUnusable, OSError) as error:
            self.refused[file.name] = state
            log.warning("%s is not used, the index is made anew: %s", file.name, error)
            return False
        followed.index = FaissVectors.around(followed.project_id, part, self.bounds)
        followed.seq = self.written[file.name] = stamp.seq
        # Of 100,000 it takes 20 to 90 ms, which no answer waits for.
        self._thread.submit(in_large_pages, part.flat)
        return True

    def tend(self, followed: ProjectIndex) -> None:
        if self.job is not None and not self.job.done():
            return
        parts = _parts(followed)
        if parts is not None and is_due(parts) and monotonic() >= self.rests_until:
            self.job = self.jobs.start("vector index", partial(self._order, followed))

    async def aclose(self) -> None:
        """Stop what is being done; the thread ends after the step it is at."""
        if self.job is not None:
            self.job.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _order(self, followed: ProjectIndex) -> None:
        """Put an index in order, and write a snapshot of what took long to make."""
        try:
            if await self._taken_over(followed):
                return
            parts, seq = _parts(followed), followed.seq
            growth = parts and Growth.begin(parts)
            if not growth or seq is None:
                return
            await self._in_steps(growth)
            if growth.install() and growth.has_net:
                await self._written(followed, growth, seq)
        except (MemoryError, RuntimeError) as error:
            # The index is as it was, and answers as before, if more slowly.
            log.warning("the vectors could not be put in order: %s", error)
            self.rests_until = monotonic() + PAUSE_S

    async def _taken_over(self, followed: ProjectIndex) -> bool:
        """Take the net that another process made and wrote meanwhile, if there is one."""
        parts = _parts(followed)
        if parts is None or parts.net is not None:
            return False
        async with followed.turn:
            return len(parts) > self.bounds.scanned_max and await self.load(followed)

    async def _in_steps(self, growth: Growth) -> None:
        steps, end = growth.steps(), object()
        while await self._in_thread(partial(next, steps, end)) is not end:
            pass

    async def _written(self, followed: ProjectIndex, growth: Growth, seq: int) -> None:
        file = self._file(followed)
        if file.name in self.written and seq - self.written[file.name] < WRITTEN_AFTER:
            return
        await self._lull(followed)
        made = growth.made
        assert made is not None, "it was installed"
        try:
            stamp = self._stamp(followed, seq=seq, mark=secrets.token_hex(8))
            await self._in_thread(partial(write, file, stamp, made, growth.alive_then))
            await self.marks.set_mark(file.name, stamp.mark)
        except (OSError, StoreUnavailable) as error:
            log.warning("no snapshot of the vectors was written: %s", error)
        else:
            self.written[file.name] = seq

    async def _lull(self, followed: ProjectIndex) -> None:
        """Return when nobody has asked for a while, or everybody has for a long time."""
        for _ in range(LULL_TRIES):
            asked = followed.asked
            await asyncio.sleep(self.lull_s)
            if followed.asked == asked:
                return

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.wrap_future(self._thread.submit(work))

    def _file(self, followed: ProjectIndex) -> Path:
        return self.folder / file_name(followed.project_id, followed.model)

    def _stamp(self, followed: ProjectIndex, *, seq: int, mark: str) -> Stamp:
        return Stamp(
            record=self.marks.owner(),
            project_id=followed.project_id,
            model=followed.model,
            dimension=followed.dimension,
            seq=seq,
            mark=mark,
        )


def _parts(followed: ProjectIndex) -> Parts | None:
    """Return the vectors of a project, where it has any."""
    index = followed.index
    return index.projects.get(followed.project_id) if isinstance(index, FaissVectors) else None


def _state(file: Path) -> object:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
