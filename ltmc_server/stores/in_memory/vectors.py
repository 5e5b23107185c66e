"""Vectors in a dictionary."""

from collections.abc import Sequence
from dataclasses import field

import numpy as np

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import DimensionMismatch
from ltmc_server.model import Match, PassageId, Vector, Vectors
from ltmc_server.stores.indexes import Searched


@dataclass(slots=True)
class InMemoryVectors:
    """A `VectorIndex` that multiplies one vector at a time."""

    dimension: int
    rows: dict[PassageId, tuple[str, Vector]] = field(default_factory=dict)

    def update(self, project_id: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        self._check(vectors)
        self.rows.update(
            {id: (project_id, vector) for id, vector in zip(ids, vectors, strict=True)}
        )

    def remove(self, ids: Sequence[PassageId]) -> None:
        for id in ids:
            self.rows.pop(id, None)

    def search(
        self,
        project_id: str,
        query: Vector,
        *,
        limit: int,
        within: Sequence[PassageId] | None = None,
    ) -> Sequence[Match]:
        self._check(query[np.newaxis])
        hits = [
            Match(id, float(vector @ query))
            for id, (home, vector) in self.rows.items()
            if home == project_id and (within is None or id in within)
        ]
        return sorted(hits, key=lambda hit: (-hit.strength, hit.id))[:limit]

    def begin(
        self,
        project_id: str,
        query: Vector,
        *,
        limit: int,
        within: Sequence[PassageId] | None = None,
    ) -> Searched:
        found = self.search(project_id, query, limit=limit, within=within)
        return Searched(found)

    def clear(self) -> None:
        self.rows.clear()

    def __len__(self) -> int:
        return len(self.rows)

    def _check(self, vectors: Vectors) -> None:
        if vectors.shape[1] != self.dimension:
            raise DimensionMismatch(expected=self.dimension, received=vectors.shape[1])
