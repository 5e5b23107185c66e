"""What retrieval asks of an embedding model."""

from collections.abc import Sequence
from typing import Protocol

from ltmc_server.model import Vectors


class Embedder(Protocol):
    """Turns texts into unit vectors of a fixed dimension."""

    @property
    def model(self) -> str:
        """Name under which its vectors are kept; vectors of two names are never compared."""
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector it makes."""
        ...

    @property
    def cosine_share(self) -> float:
        """Its share of a hybrid score, the words have the rest: what it is worth beside them."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (n, dimension); equal texts get equal vectors."""
        ...
