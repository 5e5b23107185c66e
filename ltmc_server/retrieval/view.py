"""The vector index as a view of the record: loaded when first asked, true whenever it answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import field
from typing import Final, TypeVar

from ltmc_server.dataclass import dataclass
from ltmc_server.jobs import give_way
from ltmc_server.model import Match, PassageId, Scope, Vector
from ltmc_server.retrieval.beside import Beside, is_of_use
from ltmc_server.stores.indexes import IndexKeeper, ProjectIndex, Searched
from ltmc_server.stores.interfaces import (
    ChangeLog,
    Changes,
    PassageStore,
    VectorIndex,
    VectorSearch,
)
from ltmc_server.vectors import from_blobs

_T = TypeVar("_T")

PROJECTS_MAX: Final = 512
"""Projects that are followed at once, twice as many as there are calls; with one more, the one that
was not asked about for the longest is let go, and loaded again when it is."""

AT_ONCE: Final = 250
"""Vectors that are read and indexed before others have their turn: 2 ms."""

SHORT: Final = 2_000
"""Vectors whose comparison takes no longer than to have a thread do it: 0.1 ms."""

WIDER: Final = 4
"""Of so many times as are wanted it is asked which are in scope, before all that is in scope is
listed: where a fourth of a project is in scope they will do."""

LONG: Final = 30_000
"""Vectors whose comparison takes some 5 ms: more of them are compared in a thread."""


@dataclass(slots=True)
class VectorView:
    """Vectors of the projects that were asked about, as new as the record at each question."""

    new_index: Callable[[int], VectorIndex]
    """An empty index of vectors of so many numbers."""
    log: ChangeLog
    passages: PassageStore
    keeper: IndexKeeper | None = field(default=None)
    """Who keeps indexes ready and in order, if anyone does."""
    projects: dict[str, ProjectIndex] = field(default_factory=dict)

    def prepare(self) -> None:
        """Say that vectors will be asked for soon; the first time that takes some 0.1 s."""
        if self.keeper is not None and not self.projects:
            self.keeper.make_ready()

    async def nearest(
        self, query: Vector, scope: Scope, *, limit: int, model: str
    ) -> Sequence[Match]:
        """Return the passages in `scope` nearest to `query`, a vector of `model`, best first."""
        async with self._begun(query, scope, limit=limit, model=model) as search:
            return search.matches()

    @asynccontextmanager
    async def finding(
        self, query: Vector, scope: Scope, *, limit: int, model: str
    ) -> AsyncIterator[Callable[[], Sequence[Match]]]:
        """Begin to look for what `nearest` returns; what is given returns it, or waits for it.

        Until this is left, nobody changes the vectors that are looked at.
        """
        async with self._begun(query, scope, limit=limit, model=model) as search:
            if not SHORT < search.cost <= LONG or not is_of_use():
                yield search.matches
                return
            beside = Beside(search.run)

            def nearest() -> Sequence[Match]:
                beside.wait()
                return search.matches()

            try:
                yield nearest
            finally:
                beside.wait()

    @asynccontextmanager
    async def _begun(
        self, query: Vector, scope: Scope, *, limit: int, model: str
    ) -> AsyncIterator[VectorSearch]:
        followed = self._followed(scope.project_id, model, dimension=len(query))
        followed.asked += 1
        # Who comes while the index is being loaded waits for the same load.
        async with followed.turn:
            index = await self._catch_up(followed)
            # The index knows neither filters nor expiry: what it finds must not be cut again later.
            whole = scope.is_whole_project and not await self.passages.any_expired(scope.project_id)
            known = None if whole else await self._first_inside(index, query, scope, limit)
            if known is not None:
                yield known
                return
            within = None if whole else await self.passages.ids(scope)
            search = index.begin(scope.project_id, query, limit=limit, within=within)
            if search.cost > LONG:
                await _in_thread(search.run)
            yield search

    async def _first_inside(
        self, index: VectorIndex, query: Vector, scope: Scope, limit: int
    ) -> VectorSearch | None:
        """Return the nearest in `scope` if they are among the nearest of the project, or None."""
        search = index.begin(scope.project_id, query, limit=WIDER * limit)
        if search.cost <= WIDER * limit:
            return None
        if search.cost > LONG:
            await _in_thread(search.run)
        nearest = search.matches()
        inside = set(await self.passages.ids(scope, [match.id for match in nearest]))
        found = [match for match in nearest if match.id in inside][:limit]
        return Searched(found) if len(found) == limit else None

    def cosines(
        self, query: Vector, scope: Scope, ids: Collection[PassageId]
    ) -> dict[PassageId, float]:
        """Return the cosine of each of `ids` that has a vector; after `nearest` of the query."""
        followed = self.projects.get(scope.project_id)
        if followed is None or followed.index is None or followed.dimension != len(query):
            return {}
        limit, within = max(1, len(ids)), list(ids)
        hits = followed.index.search(scope.project_id, query, limit=limit, within=within)
        return dict(hits)

    @property
    def seq(self) -> int | None:
        """How far the change log was followed; None before anything was loaded."""
        loaded = [each.seq for each in self.projects.values() if each.seq is not None]
        return max(loaded, default=None)

    def __len__(self) -> int:
        return sum(len(each.index) for each in self.projects.values() if each.index is not None)

    def _followed(self, project_id: str, model: str, *, dimension: int) -> ProjectIndex:
        found = self.projects.pop(project_id, None)
        if found is None or (found.model, found.dimension) != (model, dimension):
            found = ProjectIndex(project_id, model, dimension)
            if len(self.projects) >= PROJECTS_MAX:
                del self.projects[next(iter(self.projects))]
        # Whichever was asked about last stands last.
        self.projects[project_id] = found
        return found

    async def _catch_up(self, followed: ProjectIndex) -> VectorIndex:
        """Do what the record did since the last question, in this or in another process."""
        while True:
            oldest, newest = await self.log.span()
            if followed.index is None or followed.seq is None:
                await self._load(followed)
                continue
            if followed.seq == newest:
                break
            # Else the log no longer says, or never said, what became of what is here.
            if oldest - 1 <= followed.seq < newest:
                changes = await self.log.since(followed.seq, model=followed.model, limit=AT_ONCE)
                if not changes.whole:
                    _apply(changes, followed.project_id, followed.index)
                    followed.seq = changes.seq
                    if changes.seq >= newest:
                        break
                    await give_way()
                    continue
            followed.index = followed.seq = None
        if self.keeper is not None:
            self.keeper.tend(followed)
        return followed.index

    async def _load(self, followed: ProjectIndex) -> None:
        """Fill the index: from what was kept of it, or page by page from the record.

        A page is of the moment it is read at. What is written between two of them is in the log
        after the entry that was the newest at the beginning.
        """
        if self.keeper is not None and await self.keeper.load(followed):
            return
        _, newest = await self.log.span()
        index = self.new_index(followed.dimension)
        page = await self.log.page(followed.project_id, model=followed.model, limit=AT_ONCE)
        while True:
            if page.rows:
                ids, blobs = zip(*page.rows, strict=True)
                index.update(followed.project_id, ids, from_blobs(blobs))
            if page.end is None:
                break
            await give_way()
            page = await self.log.page(
                followed.project_id, model=followed.model, limit=AT_ONCE, after=page.end
            )
        followed.index, followed.seq = index, newest


def _apply(changes: Changes, project_id: str, index: VectorIndex) -> None:
    index.remove(changes.removed)
    ours = [(id, blob) for id, home, blob in changes.added if home == project_id]
    if ours:
        index.update(project_id, [id for id, _ in ours], from_blobs([blob for _, blob in ours]))


async def _in_thread(work: Callable[[], _T]) -> _T:
    """Run `work` beside the event loop; who is cancelled waits for it, too.

    It reads what the next who has the turn may change.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        raise


@dataclass(frozen=True, slots=True)
class VectorFigures:
    """What the view counts, for whoever watches the server."""

    view: VectorView

    def figures(self) -> Mapping[str, float]:
        return {"vectors": len(self.view), "change_log_position": self.view.seq or 0}
