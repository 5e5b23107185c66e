"""An embedder that remembers questions: an agent asks the same one again and again."""

from collections.abc import Sequence

from ltmc_server.caching.interfaces import digest
from ltmc_server.caching.layered import LayeredCache
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.current import name_of
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.model import Vector, Vectors


@dataclass(frozen=True, slots=True)
class CachingEmbedder:
    """An `Embedder` for questions, which are asked again; texts have their vectors in the record.

    One that is instant is asked as it is: looking would take longer.
    """

    embedder: Embedder
    cache: LayeredCache

    @property
    def model(self) -> str:
        return self.embedder.model

    @property
    def dimension(self) -> int:
        return self.embedder.dimension

    @property
    def cosine_share(self) -> float:
        return self.embedder.cosine_share

    @property
    def multilingual(self) -> bool:
        return self.embedder.multilingual

    @property
    def is_instant(self) -> bool:
        return self.embedder.is_instant

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        # Before the first answer of a server its model may have no name to keep vectors under.
        if self.is_instant or name_of(self.embedder) is None:
            return await self.embedder.embed(texts, urgent=urgent)
        model = self.model
        keys = [digest(model, text) for text in texts]
        kept: dict[bytes, bytes] = {}
        for key, text in zip(keys, texts, strict=True):
            blob = await self.cache.get("embeddings", key, about=text)
            if blob is not None and len(blob) == 4 * self.dimension:
                kept[key] = blob
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        made = await self.embedder.embed(list(missing.values()), urgent=urgent) if missing else ()
        # Not before: it is 0.1 s of the first question, which the embedder's thread may spend.
        import numpy as np

        found: dict[bytes, Vector] = {
            key: np.frombuffer(blob, dtype="<f4").astype(np.float32) for key, blob in kept.items()
        }
        if missing:
            for (key, text), vector in zip(missing.items(), made, strict=True):
                found[key] = vector
                # The model may have been exchanged while it worked.
                if self.model == model:
                    blob = vector.astype("<f4").tobytes()
                    await self.cache.set("embeddings", key, blob, about=text)
        return np.stack([found[key] for key in keys])

    async def aclose(self) -> None:
        """Leave the embedder open: it is not ours."""
