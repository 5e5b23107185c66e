"""The settled vectors of a project put in another order, while those of before go on answering."""

from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Final, Self

from ltmc_server.dataclass import dataclass
from ltmc_server.stores.faiss.index import Parts
from ltmc_server.stores.faiss.library import Index, in_large_pages, library
from ltmc_server.stores.faiss.part import Part, flat_index, net_index

if TYPE_CHECKING:
    from ltmc_server.stores.faiss.part import Flags, Ids

STEP_ROWS: Final = 500
"""Vectors that are put into a net at once: 0.1 s, after which the work may be stopped."""


@dataclass(slots=True, eq=False)
class Growth:
    """One part made of all the settled ones.

    Nothing that it reads is changed by anyone; only which rows are dead, which it looks up again
    when it is installed. So its steps may be taken in a thread, and nobody waits for it.
    """

    parts: Parts
    sources: tuple[Part, ...]
    base: Part | None
    """The source whose net the new part begins as a copy of, dead rows and all."""
    has_net: bool
    rows: list["Ids"]
    """Of each source, those that are in the new part, in order."""
    alive_then: "Flags"
    """Of all these rows: whether they were alive when it began."""
    made: Part | None = field(default=None)

    @classmethod
    def begin(cls, parts: Parts) -> Self | None:
        """Return what there is to be done; None when the vectors are in good order."""
        needed = _needed(parts)
        if needed is None:
            return None
        import numpy as np

        parts.settle()
        base = parts.net if needed == "extended" else None
        rows = [
            np.arange(part.count) if part is base else np.flatnonzero(part.alive[: part.count])
            for part in parts.settled
        ]
        return cls(
            parts,
            sources=parts.settled,
            base=base,
            has_net=_wants_net(parts),
            rows=rows,
            alive_then=_alive(parts.settled, rows),
        )

    def steps(self) -> Iterator[None]:
        """Make the new part, yielding after each step."""
        import numpy as np

        index = self._begun()
        yield
        for part, rows in zip(self.sources, self.rows, strict=True):
            for at in range(0, len(rows) if part is not self.base else 0, STEP_ROWS):
                index.add(part.flat.reconstruct_batch(rows[at : at + STEP_ROWS]))
                yield
        pairs = list(zip(self.sources, self.rows, strict=True))
        ids = np.concatenate([part.ids[rows] for part, rows in pairs])
        scales = np.concatenate([part.scales[rows] for part, rows in pairs])
        self.made = Part.of(index, ids, scales, self.alive_then.copy())
        in_large_pages(self.made.flat)

    def install(self) -> bool:
        """Have the new part answer in place of those it was made of; False if they are gone."""
        made, settled = self.made, self.parts.settled
        if made is None or not self.sources or settled[: len(self.sources)] != self.sources:
            return False
        made.alive = _alive(self.sources, self.rows)
        made.dead = made.count - int(made.alive.sum())
        self.parts.settled = (made, *settled[len(self.sources) :])
        # Their memory is not held while what was made is written.
        self.sources, self.base, self.rows = (), None, []
        return True

    def _begun(self) -> Index:
        if self.base is not None:
            return library().clone_index(self.base.index)
        dimension = self.parts.dimension
        return net_index(dimension) if self.has_net else flat_index(dimension)


def is_due(parts: Parts) -> bool:
    """Tell whether the vectors of a project should be put in another order."""
    return _needed(parts) is not None


def _needed(parts: Parts) -> str | None:
    settled = parts.settled
    if not settled:
        return None
    net, rows = parts.net, sum(part.count for part in settled)
    dead = sum(part.dead for part in settled)
    if _wants_net(parts) != (net is not None) or dead > parts.bounds.dead_share * rows:
        return "anew"
    if len(settled) > 1:
        return "extended" if net is not None else "anew"
    return None


def _wants_net(parts: Parts) -> bool:
    """Tell whether there are so many vectors; those that have a net keep it a while."""
    most = parts.bounds.scanned_max
    return len(parts) > (most if parts.net is None else most // 2)


def _alive(sources: tuple[Part, ...], rows: list["Ids"]) -> "Flags":
    import numpy as np

    return np.concatenate([part.alive[some] for part, some in zip(sources, rows, strict=True)])
