"""The vector index as a view of the record: loaded when first asked, true whenever it answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.model import Match, PassageId, Scope, Vector
from ltmc_server.stores.interfaces import ChangeLog, PassageStore, VectorIndex
from ltmc_server.vectors import from_blobs


@dataclass(slots=True)
class VectorView:
    """Vectors of every project, as new as the record at the moment of the question."""

    index: VectorIndex
    log: ChangeLog
    passages: PassageStore
    embedder: Embedder
    seq: int | None = field(default=None)
    """How far the index has followed the change log; None before it was loaded."""

    async def nearest(self, query: Vector, scope: Scope, *, limit: int) -> Sequence[Match]:
        """Return the passages in `scope` nearest to `query`, best first."""
        await self.catch_up()
        # The index knows neither filters nor expiry: what it finds must not be cut again later.
        whole = scope.is_whole_project and not await self.passages.any_expired(scope.project_id)
        within = None if whole else await self.passages.ids(scope)
        return self.index.search(scope.project_id, query, limit=limit, within=within)

    async def cosines(
        self, query: Vector, scope: Scope, ids: Sequence[PassageId]
    ) -> dict[PassageId, float]:
        """Return the cosine of each of `ids` that has a vector."""
        hits = self.index.search(scope.project_id, query, limit=max(1, len(ids)), within=ids)
        return {hit.id: hit.strength for hit in hits}

    async def catch_up(self) -> None:
        """Do what the record did since the last question, in this or in another process."""
        changes = await self.log.since(self.seq, model=self.embedder.model)
        if changes.whole:
            self.index.clear()
        self.index.remove(changes.removed)
        by_project = defaultdict(list)
        for id, project_id, blob in changes.added:
            by_project[project_id].append((id, blob))
        for project_id, rows in by_project.items():
            vectors = from_blobs([blob for _, blob in rows])
            self.index.update(project_id, [id for id, _ in rows], vectors)
        self.seq = changes.seq
