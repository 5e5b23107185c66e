"""Vectors that are searched together: scanned one by one, or walked along a net of links."""

import math
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Vector, Vectors
from ltmc_server.stores.faiss.library import Index, library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ids: TypeAlias = NDArray[np.int64]
    """Of passages, or numbers of rows."""
    Floats: TypeAlias = NDArray[np.float32]
    Flags: TypeAlias = NDArray[np.bool_]
    Codes: TypeAlias = NDArray[np.uint8]
    """Shape (n, bytes of a vector)."""

LINKS: Final = 16
"""Of a vector in the net, and twice as many on its lowest level: 140 bytes a vector."""

BUILD_BREADTH: Final = 80
"""Vectors kept in sight while a new one is linked. More makes a better net, and takes longer."""

BREADTH: Final = 64
BREADTH_ROWS: Final = 10_000
BREADTH_GROWTH: Final = 0.35
"""Vectors kept in sight in a walk: 64 among 10,000, and so that recall stays as they grow."""

SEEN_PER_BREADTH: Final = 20
"""Vectors that a walk looks at for each one it keeps in sight: when to scan all of them instead."""

SPARE: Final = 16
"""Rows beside those asked for: their order by cosine is not quite that by product."""

ROWS_PER_LOOKED_UP: Final = 60
"""Of so many vectors one is looked up by itself; of fewer the others are passed over: a little
slower, but what is looked up is copied."""


@dataclass(slots=True, eq=False)
class Part:
    """Vectors in float16, as the record keeps them, each in a row.

    A row is never changed or moved: what goes is declared dead. Rows are added to the newest part
    of a project only. So a thread may read any other part while the loop goes on with it.
    """

    index: Index
    """The net, if there is one; else what is scanned."""
    flat: Index
    """What is scanned: it holds the vectors, those of the net too."""
    ids: "Ids"
    """The passage of each row. Like the other two it may be longer than there are rows."""
    scales: "Floats"
    """What makes the product of a row and a question their cosine: float16 has moved its length."""
    alive: "Flags"
    count: int = 0
    dead: int = 0
    scale_range: tuple[float, float] = (1.0, 1.0)
    order: "Ids | None" = None
    """Rows by ascending id, the older of equals first; None while that is not known."""

    @classmethod
    def empty(cls, dimension: int, room: int) -> Self:
        """Return a part without a net, to which so many rows may be added."""
        import numpy as np

        flat = flat_index(dimension)
        ids, scales = np.zeros(room, dtype=np.int64), np.ones(room, dtype=np.float32)
        return cls(flat, flat, ids, scales, np.zeros(room, dtype=np.bool_))

    @classmethod
    def of(cls, index: Index, ids: "Ids", scales: "Floats", alive: "Flags") -> Self:
        """Return a part of vectors that are in an index already."""
        storage = getattr(index, "storage", None)
        flat = index if storage is None else library().downcast_index(storage)
        made = cls(index, flat, ids, scales, alive, count=len(ids))
        made.dead = made.count - int(alive.sum())
        if made.count:
            made.scale_range = (float(scales.min()), float(scales.max()))
        made.sort()
        return made

    @property
    def is_net(self) -> bool:
        """Whether it is walked, where that is less work than to scan it."""
        return self.index is not self.flat

    def add(self, ids: "Ids", vectors: Vectors) -> None:
        """Add rows; there has to be room for them."""
        import numpy as np

        rows = slice(self.count, self.count + len(ids))
        self.flat.add(vectors)
        rounded = self.flat.reconstruct_n(self.count, len(ids))
        scales = 1 / np.linalg.norm(rounded, axis=1)
        self.ids[rows], self.scales[rows], self.alive[rows] = ids, scales, True
        low, high = self.scale_range
        self.scale_range = (min(low, float(scales.min())), max(high, float(scales.max())))
        self.count, self.order = rows.stop, None

    def bury(self, rows: "Ids") -> None:
        """Declare rows dead, all different and alive until now."""
        self.alive[rows] = False
        self.dead += len(rows)

    def rows_of(self, ids: "Ids") -> "Ids":
        """Return the rows, alive, of passages; ascending ids, all different."""
        if not self.count:
            return ids[:0]
        order, mine = self.sort(), self.ids[: self.count]
        at = mine.searchsorted(ids, side="right", sorter=order) - 1
        # -1, before the first, means the last row here: its id is another one.
        rows = order[at]
        here: Ids = rows[(mine[rows] == ids) & self.alive[rows]]
        return here

    def sort(self) -> "Ids":
        """Return the rows by ascending id, the older of equals first."""
        if self.order is None:
            self.order = self.ids[: self.count].argsort(kind="stable")
        return self.order

    def nearest(self, query: Vector, limit: int, wanted: "Ids | None") -> "Nearest | None":
        """Return a search for the `limit` nearest, or some more; None if none may be found.

        Shapes:  query (dimension,); wanted (n,) ascending, all different, None for all.
        Cost:    what `cost` says, times dimension multiply-adds.
        Source:  the inner product of unit vectors is their cosine; faiss `IndexScalarQuantizer`
                 and `IndexHNSWSQ`, Malkov & Yashunin, arXiv:1603.09320.
        """
        rows = None if wanted is None else self.rows_of(wanted)
        living = len(self) if rows is None else len(rows)
        limit = min(limit, living)
        if limit == 0:
            return None
        selected = self._selected(rows)
        if self._is_walked(limit, living):
            breadth = self._breadth(limit, living)
            options = library().SearchParametersHNSW(efSearch=breadth, **selected)
            look = Look(self.index, query[None], limit, options)
        else:
            scanned = library().SearchParameters(**selected) if selected else None
            look = Look(self.flat, query[None], min(limit + SPARE, living), scanned)
        return Nearest(self, look, limit, living)

    def codes(self, rows: "Ids") -> "Codes":
        """Return rows as FAISS keeps them, a copy; there has to be one."""
        kept = self.flat.codes
        every = library().rev_swig_ptr(kept.data(), kept.size()).reshape(self.count, -1)
        some: Codes = every[rows]
        return some

    def cost(self, limit: int, wanted: int | None) -> int:
        """Return about how many vectors `nearest` looks at, for so many wanted."""
        living = len(self) if wanted is None else min(wanted, len(self))
        walked = self._is_walked(limit, living)
        return SEEN_PER_BREADTH * self._breadth(limit, living) if walked else living

    def __len__(self) -> int:
        return self.count - self.dead

    def _is_walked(self, limit: int, living: int) -> bool:
        seen = SEEN_PER_BREADTH * self._breadth(limit, living) if self.is_net else living
        return seen < living

    def _breadth(self, limit: int, living: int) -> int:
        """Return how many vectors a walk keeps in sight to find enough that may be found."""
        breadth: float = BREADTH * (self.count / BREADTH_ROWS) ** BREADTH_GROWTH
        return math.ceil(max(limit, breadth) * self.count / max(living, 1))

    def _selected(self, rows: "Ids | None") -> dict[str, Any]:
        """Return which rows FAISS may find, as its parameters take it."""
        import numpy as np

        if rows is None and not self.dead:
            return {}
        flags = self.alive[: self.count]
        if rows is not None:
            flags = np.zeros(self.count, dtype=np.bool_)
            flags[rows] = True
        return {"sel": library().IDSelectorBitmap(np.packbits(flags, bitorder="little"))}

    def is_beyond(self, rows: "Ids", products: "Floats", limit: int) -> bool:
        """Tell whether what was not found is less near than the `limit` nearest that were."""
        if len(rows) <= limit:
            return True
        cosines = products * self.scales[rows]
        cosines.partition(len(rows) - limit)
        last, (low, high) = float(products[-1]), self.scale_range
        return last * (high if last > 0 else low) < float(cosines[len(rows) - limit])


@dataclass(slots=True, eq=False)
class Look:
    """One question to an index of FAISS."""

    index: Index
    query: Vectors
    """Shape (1, dimension)."""
    count: int
    options: Any
    products: "Floats | None" = None
    rows: "Ids | None" = None

    def run(self) -> None:
        """Ask it. FAISS lets go of the interpreter meanwhile, and any thread may call this."""
        library()
        [self.products], [self.rows] = self.index.search(
            self.query, self.count, params=self.options
        )

    def found(self) -> tuple["Ids", "Floats"]:
        """Return rows and products, the best first."""
        if self.rows is None or self.products is None:
            self.run()
        assert self.rows is not None, "it was asked"
        assert self.products is not None, "it was asked"
        there = self.rows >= 0
        return self.rows[there], self.products[there]


@dataclass(slots=True, eq=False)
class Nearest:
    """A search of a part, which has been made ready."""

    part: Part
    look: Look
    limit: int
    living: int

    def found(self) -> tuple["Ids", "Floats"]:
        """Return ids and cosines, in no order; by the thread that may change the part."""
        part, look = self.part, self.look
        rows, products = look.found()
        # Which of equals FAISS leaves out of a scan is not by id: all of them have to be seen.
        while (
            look.index is part.flat
            and look.count < self.living
            and not part.is_beyond(rows, products, self.limit)
        ):
            look = Look(look.index, look.query, min(2 * look.count, self.living), look.options)
            rows, products = look.found()
        return part.ids[rows], products * part.scales[rows]


def flat_index(dimension: int) -> Index:
    """Return an empty index that is scanned."""
    faiss = library()
    kind = faiss.ScalarQuantizer.QT_fp16
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)


def net_index(dimension: int) -> Index:
    """Return an empty index that is walked."""
    faiss = library()
    kind = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexHNSWSQ(dimension, kind, LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = BUILD_BREADTH
    return index
