"""The vector index as a view of the record: loaded when first asked, true whenever it answers."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ltmc_server.model import Match, PassageId, Scope, Vector
from ltmc_server.stores.interfaces import ChangeLog, PassageStore, VectorIndex
from ltmc_server.vectors import from_blobs


@dataclass(slots=True)
class VectorView:
    """Vectors of every project, as new as the record at the moment of the question."""

    new_index: Callable[[int], VectorIndex]
    """An empty index of vectors of so many numbers."""
    log: ChangeLog
    passages: PassageStore
    index: VectorIndex | None = field(default=None)
    model: str = field(default="")
    """Whose vectors are in the index."""
    seq: int | None = field(default=None)
    """How far the index has followed the change log; None before it was loaded."""

    async def nearest(
        self, query: Vector, scope: Scope, *, limit: int, model: str
    ) -> Sequence[Match]:
        """Return the passages in `scope` nearest to `query`, a vector of `model`, best first."""
        index = await self.catch_up(model, dimension=len(query))
        # The index knows neither filters nor expiry: what it finds must not be cut again later.
        whole = scope.is_whole_project and not await self.passages.any_expired(scope.project_id)
        within = None if whole else await self.passages.ids(scope)
        return index.search(scope.project_id, query, limit=limit, within=within)

    def cosines(
        self, query: Vector, scope: Scope, ids: Sequence[PassageId]
    ) -> dict[PassageId, float]:
        """Return the cosine of each of `ids` that has a vector; after `nearest` of the query."""
        if self.index is None:
            return {}
        hits = self.index.search(scope.project_id, query, limit=max(1, len(ids)), within=ids)
        return {hit.id: hit.strength for hit in hits}

    async def catch_up(self, model: str, *, dimension: int) -> VectorIndex:
        """Do what the record did since the last question, in this or in another process."""
        index = self.index
        if index is None or model != self.model:
            index, self.seq = self.new_index(dimension), None
        changes = await self.log.since(self.seq, model=model)
        if changes.whole:
            index.clear()
        index.remove(changes.removed)
        by_project = defaultdict(list)
        for id, project_id, blob in changes.added:
            by_project[project_id].append((id, blob))
        for project_id, rows in by_project.items():
            vectors = from_blobs([blob for _, blob in rows])
            index.update(project_id, [id for id, _ in rows], vectors)
        self.index, self.model, self.seq = index, model, changes.seq
        return index

    def __len__(self) -> int:
        return 0 if self.index is None else len(self.index)


@dataclass(frozen=True, slots=True)
class VectorFigures:
    """What the view counts, for whoever watches the server."""

    view: VectorView

    def figures(self) -> Mapping[str, float]:
        return {"vectors": len(self.view), "change_log_position": self.view.seq or 0}
