"""What retrieval asks of an embedding model."""

from collections.abc import Sequence
from typing import Protocol

from ltmc_server.model import Vectors


class VectorSpace(Protocol):
    """The unit vectors that a model makes, and what they are worth."""

    @property
    def model(self) -> str:
        """Name under which its vectors are kept; vectors of two names are never compared.

        Raises:
            EmbedderUnavailable: its server has not answered yet, so its dimension is not known.
        """
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector it makes.

        Raises:
            EmbedderUnavailable: as for `model`.
        """
        ...

    @property
    def cosine_share(self) -> float:
        """Its share of a hybrid score, the words have the rest: what it is worth beside them."""
        ...

    @property
    def multilingual(self) -> bool:
        """Whether it reads other scripts than the Latin one."""
        ...


class Embedder(VectorSpace, Protocol):
    """Turns texts into unit vectors of a fixed dimension."""

    @property
    def is_instant(self) -> bool:
        """Whether a text takes well under a millisecond: it is then embedded as it is stored."""
        ...

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """Return one unit vector a text, shape (n, dimension); equal texts get equal vectors.

        Args:
            texts: what to embed; many are taken some at a time.
            urgent: somebody waits for the answer, as for a question: goes before what is not.

        Raises:
            EmbedderUnavailable: the model can not be loaded, or its server does not answer.
        """
        ...

    async def aclose(self) -> None:
        """Let go of its thread or its connections; it is not asked again."""
        ...
