"""Vectors in flat FAISS indexes, one a project.

FAISS and numpy are imported when the first vector comes: a start does not wait for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from ltmc_server.errors import DimensionMismatch
from ltmc_server.model import Match, PassageId, Vector, Vectors

if TYPE_CHECKING:
    import faiss


@dataclass(slots=True)
class FaissVectors:
    """A `VectorIndex` that scans every vector of the project: exact."""

    dimension: int
    indexes: dict[str, "faiss.IndexIDMap2"] = field(default_factory=dict)
    homes: dict[PassageId, str] = field(default_factory=dict)
    """The project in whose index a passage is."""

    def update(self, project_id: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        import numpy as np

        self._check(vectors)
        self.remove([id for id in ids if id in self.homes])
        index = self.indexes.get(project_id)
        if index is None:
            flat = library().IndexFlatIP(self.dimension)
            index = self.indexes[project_id] = library().IndexIDMap2(flat)
        index.add_with_ids(np.ascontiguousarray(vectors), np.array(ids, dtype=np.int64))
        self.homes.update(dict.fromkeys(ids, project_id))

    def remove(self, ids: Sequence[PassageId]) -> None:
        gone: dict[str, list[PassageId]] = {}
        for id in ids:
            if id in self.homes:
                gone.setdefault(self.homes.pop(id), []).append(id)
        for project_id, some in gone.items():
            # All at once: FAISS scans the whole index at every removal.
            self.indexes[project_id].remove_ids(_selector(some))

    def search(
        self,
        project_id: str,
        query: Vector,
        *,
        limit: int,
        within: Sequence[PassageId] | None = None,
    ) -> Sequence[Match]:
        """Find the nearest passages.

        Cost:    n x dimension multiply-adds, n the vectors of the project.
        Source:  the inner product of unit vectors is their cosine; faiss `IndexFlatIP`.
        """
        self._check(query[None])
        index = self.indexes.get(project_id)
        if index is None or index.ntotal == 0 or (within is not None and not within):
            return []
        options = None
        if within is not None:
            options = library().SearchParameters(sel=_selector(within))
        # FAISS reserves room for all it is asked for, and pads a short answer with -1.
        count = min(limit + 1, index.ntotal)
        while True:
            cosines, ids = index.search(query[None], count, params=options)
            hits = [
                Match(PassageId(int(id)), float(cosine))
                for id, cosine in zip(ids[0], cosines[0], strict=True)
                if id != -1
            ]
            # Which of equals FAISS leaves out is not by id: all of them have to be seen.
            all_seen = len(hits) < count or count == index.ntotal
            if all_seen or hits[-1].strength < hits[limit - 1].strength:
                return sorted(hits, key=lambda hit: (-hit.strength, hit.id))[:limit]
            count = min(2 * count, index.ntotal)

    def clear(self) -> None:
        self.indexes.clear()
        self.homes.clear()

    def __len__(self) -> int:
        return len(self.homes)

    def _check(self, vectors: Vectors) -> None:
        if vectors.shape[1] != self.dimension:
            raise DimensionMismatch(expected=self.dimension, received=vectors.shape[1])


@cache
def library() -> ModuleType:
    """Import FAISS, on one thread."""
    import faiss

    # OpenMP's threads cost a search of a few thousand vectors a hundred times what they save.
    faiss.omp_set_num_threads(1)
    return faiss


def _selector(ids: Sequence[PassageId]) -> "faiss.IDSelectorBatch":
    import numpy as np

    selector: faiss.IDSelectorBatch = library().IDSelectorBatch(np.array(ids, dtype=np.int64))
    return selector
