"""The vectors of projects, each in parts of which one is filled and the others are settled."""

from collections.abc import Sequence
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Final, Self

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import DimensionMismatch
from ltmc_server.model import Match, PassageId, Vector, Vectors
from ltmc_server.stores.faiss.library import library
from ltmc_server.stores.faiss.part import ROWS_PER_LOOKED_UP, Nearest, Part, flat_index

if TYPE_CHECKING:
    from ltmc_server.stores.faiss.part import Floats, Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When the vectors of a project are put in another order."""

    scanned_max: int = 10_000
    """Vectors that are scanned; more of them get a net."""
    fresh_max: int = 4_096
    """Vectors that are added before they are settled: a scan of them takes 0.2 ms."""
    dead_share: float = 0.1
    """Share of settled rows that may be dead."""


BOUNDS: Final = Bounds()

_match: Final = partial(tuple.__new__, Match)
"""Makes a match of both its values in a third of the time; a question makes hundreds."""


@dataclass(slots=True, eq=False)
class Parts:
    """The vectors of one project."""

    dimension: int
    bounds: Bounds
    settled: tuple[Part, ...] = ()
    """No row is added to these; at most one of them has a net, and it is the first."""
    fresh: Part = field(init=False)

    def __post_init__(self) -> None:
        self.fresh = Part.empty(self.dimension, self.bounds.fresh_max)

    @property
    def every(self) -> tuple[Part, ...]:
        """All of them."""
        return (*self.settled, self.fresh)

    @property
    def net(self) -> Part | None:
        """The one that has a net, if there is one."""
        return self.settled[0] if self.settled and self.settled[0].is_net else None

    def add(self, ids: "Ids", vectors: Vectors) -> None:
        """Add vectors of passages that are not here."""
        done = 0
        while done < len(ids):
            some = slice(done, done + self.bounds.fresh_max - self.fresh.count)
            self.fresh.add(ids[some], vectors[some])
            done = some.stop
            if self.fresh.count == self.bounds.fresh_max:
                self.settle()

    def settle(self) -> None:
        """Add no more rows to the part that is being filled, and begin another."""
        if self.fresh.count:
            self.settled = (*self.settled, self.fresh)
            self.fresh = Part.empty(self.dimension, self.bounds.fresh_max)

    def remove(self, ids: "Ids") -> None:
        """Drop passages, where they are here; ascending ids, all different."""
        for part in self.every:
            part.bury(part.rows_of(ids))

    def nearest(self, query: Vector, limit: int, wanted: "Ids | None") -> list[Nearest]:
        """Return searches for the `limit` nearest of each part."""
        each = [part.nearest(query, limit, wanted) for part in self.every]
        return [one for one in each if one is not None]

    def are_few(self, wanted: "Ids | None") -> bool:
        """Tell whether so few are wanted that they are looked up."""
        rows = sum(part.count for part in self.every)
        return wanted is not None and len(wanted) * ROWS_PER_LOOKED_UP < rows

    def looked_up(self, query: Vector, wanted: "Ids") -> list[tuple["Ids", "Floats"]]:
        """Return the cosines of passages that are here, all of them in one part or none."""
        import numpy as np

        there = [(part, rows) for part in self.every if len(rows := part.rows_of(wanted))]
        if not there:
            return []
        # By FAISS, as in a scan: summed in another order, equal vectors would be told apart.
        few = flat_index(self.dimension)
        few.add_sa_codes(np.concatenate([part.codes(rows) for part, rows in there]))
        [products], [places] = few.search(query[None], few.ntotal)
        ids = np.concatenate([part.ids[rows] for part, rows in there])
        scales = np.concatenate([part.scales[rows] for part, rows in there])
        return [(ids[places], products * scales[places])]

    def __len__(self) -> int:
        return sum(map(len, self.every))


@dataclass(slots=True)
class FaissVectors:
    """A `VectorIndex` in float16. Exact; near enough to it where a part was given a net."""

    dimension: int
    bounds: Bounds = BOUNDS
    projects: dict[str, Parts] = field(default_factory=dict)

    @classmethod
    def around(cls, project_id: str, part: Part, bounds: Bounds) -> Self:
        """Return an index that begins with one settled part."""
        made = cls(part.flat.d, bounds)
        made.projects[project_id] = Parts(made.dimension, bounds, (part,))
        return made

    def update(self, project_id: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        import numpy as np

        self._check(vectors)
        self.remove(ids)
        if project_id not in self.projects:
            self.projects[project_id] = Parts(self.dimension, self.bounds)
        given = np.array(ids, dtype=np.int64)
        self.projects[project_id].add(given, np.ascontiguousarray(vectors, dtype=np.float32))

    def remove(self, ids: Sequence[PassageId]) -> None:
        if not ids:
            return
        sought = _sorted(ids)
        for parts in self.projects.values():
            parts.remove(sought)

    def search(
        self,
        project_id: str,
        query: Vector,
        *,
        limit: int,
        within: Sequence[PassageId] | None = None,
    ) -> Sequence[Match]:
        return self.begin(project_id, query, limit=limit, within=within).matches()

    def begin(
        self,
        project_id: str,
        query: Vector,
        *,
        limit: int,
        within: Sequence[PassageId] | None = None,
    ) -> "FaissSearch":
        library()
        self._check(query[None])
        parts = self.projects.get(project_id)
        search = FaissSearch(limit)
        if parts is None or (within is not None and not within):
            return search
        wanted = None if within is None else _sorted(within)
        if wanted is not None and parts.are_few(wanted):
            search.known = parts.looked_up(query, wanted)
        else:
            search.nearest = parts.nearest(query, limit, wanted)
            count = None if wanted is None else len(wanted)
            search.cost = self.cost(project_id, limit=limit, within=count)
        return search

    def cost(self, project_id: str, *, limit: int, within: int | None = None) -> int:
        parts = self.projects.get(project_id)
        return sum(part.cost(limit, within) for part in parts.every) if parts else 0

    def clear(self) -> None:
        self.projects.clear()

    def __len__(self) -> int:
        return sum(map(len, self.projects.values()))

    def _check(self, vectors: Vectors) -> None:
        if vectors.shape[1] != self.dimension:
            raise DimensionMismatch(expected=self.dimension, received=vectors.shape[1])


@dataclass(slots=True, eq=False)
class FaissSearch:
    """A `VectorSearch` of the parts of a project."""

    limit: int
    cost: int = 0
    nearest: list[Nearest] = field(default_factory=list)
    known: list[tuple["Ids", "Floats"]] = field(default_factory=list)
    """Ids and cosines that are known already."""

    def run(self) -> None:
        for each in self.nearest:
            each.look.run()

    def matches(self) -> Sequence[Match]:
        import numpy as np

        found = [*self.known, *(each.found() for each in self.nearest)]
        if not found:
            return []
        ids = np.concatenate([each for each, _ in found])
        cosines = np.concatenate([each for _, each in found])
        best = np.lexsort((ids, -cosines))[: self.limit]
        return list(map(_match, zip(ids[best].tolist(), cosines[best].tolist(), strict=True)))


def _sorted(ids: Sequence[PassageId]) -> "Ids":
    import numpy as np

    given = np.array(ids, dtype=np.int64)
    given.sort()
    # Hardly ever are two the same, and `np.unique` takes longer than a search among some.
    return np.unique(given) if (given[1:] == given[:-1]).any() else given
