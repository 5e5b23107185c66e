"""What retrieval asks of the store of vectors: which model they are of, and which are lacking.

A record is searched by the vectors of one model, the current one. Those of another model may be
made beside them, until all are there and the record is switched over.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ltmc_server.dataclass import dataclass
from ltmc_server.model import PassageId


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A passage that lacks a vector."""

    id: PassageId
    text: str


class ModelOfRecord(Protocol):
    """Whose vectors a record is searched by, and whose it is being moved to."""

    def model(self) -> str | None:
        """Return the current model; None in a record that never had one."""
        ...

    async def settle(self, model: str) -> str:
        """Make `model` the current one if there is none; return the current one."""
        ...

    def target(self) -> str | None:
        """Return the model that the record is being moved to, if it is."""
        ...

    async def aim(self, model: str | None) -> None:
        """Remember which model the record is being moved to; None: no other."""
        ...

    async def switch(self, model: str) -> int:
        """Make `model` the current one if no passage lacks a vector of it; return how many do.

        0 says that it is switched: from then on, in every process, or not at all.
        """
        ...

    async def forget(self, *, limit: int) -> int:
        """Delete vectors of other models than the current one; return how many, up to `limit`."""
        ...


class VectorWork(Protocol):
    """Passages that lack a vector, and the vectors that are made of them."""

    def waiting(self) -> int:
        """Return how many passages lack a vector of the current model; counted up to 1000."""
        ...

    async def claim(self, *, limit: int, for_s: float) -> Sequence[Unembedded]:
        """Return the newest passages that wait and that no process has claimed since `for_s`."""
        ...

    async def release(self, ids: Sequence[PassageId]) -> None:
        """Let go of passages that were claimed and not embedded."""
        ...

    def lacking(self, model: str, *, after: PassageId, limit: int) -> Sequence[Unembedded]:
        """Return passages with ids above `after` that lack a vector of `model`, in order."""
        ...

    async def count(self, model: str) -> tuple[int, int]:
        """Return how many passages have a vector of `model`, and how many there are."""
        ...

    async def put_vectors(self, vectors: Mapping[PassageId, bytes], *, model: str) -> int:
        """Keep vectors of passages that still exist; return how many that were."""
        ...
