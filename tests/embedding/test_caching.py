"""Questions are embedded once, and their vectors come back as they were."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from ltmc_server.caching.in_process import InProcessCache
from ltmc_server.caching.interfaces import digest
from ltmc_server.caching.layered import LayeredCache
from ltmc_server.embedding.caching import CachingEmbedder
from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.model import Vectors

pytestmark = pytest.mark.anyio


@dataclass
class SlowEmbedder:
    """An embedder that says it takes its time, and tells what it was asked."""

    model: str = "slow-1"
    is_instant: bool = False
    dimension: int = 8
    cosine_share: float = 0.5
    multilingual: bool = False
    asked: list[str] = field(default_factory=list)

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        self.asked += texts
        return await HashingEmbedder(self.dimension).embed(texts)

    async def aclose(self) -> None:
        """Nothing is open."""


def caching(embedder: SlowEmbedder) -> CachingEmbedder:
    return CachingEmbedder(embedder, LayeredCache((InProcessCache(),)))


async def test_a_question_is_embedded_once() -> None:
    slow = SlowEmbedder()
    embedder = caching(slow)

    first = await embedder.embed(["green tea", "coffee", "green tea"])
    again = await embedder.embed(["coffee", "water", "green tea"])

    assert slow.asked == ["green tea", "coffee", "water"]
    expected = await HashingEmbedder(8).embed(["coffee", "water", "green tea"])
    assert np.array_equal(again, expected)
    assert again.dtype == first.dtype == np.float32
    assert np.array_equal(first[0], first[2])


async def test_vectors_of_two_models_are_never_mixed() -> None:
    slow = SlowEmbedder()
    embedder = caching(slow)
    await embedder.embed(["green tea"])
    slow.model = "slow-2"

    await embedder.embed(["green tea"])

    assert slow.asked == ["green tea", "green tea"]


async def test_a_vector_of_another_length_is_made_anew() -> None:
    slow = SlowEmbedder()
    embedder = caching(slow)
    key = digest(slow.model, "green tea")
    await embedder.cache.set("embeddings", key, b"1234", about="green tea")

    [vector] = await embedder.embed(["green tea"])

    assert vector.shape == (8,)
    assert slow.asked == ["green tea"]


async def test_an_instant_embedder_is_not_looked_up() -> None:
    slow = SlowEmbedder(is_instant=True)
    embedder = caching(slow)

    await embedder.embed(["green tea"])
    await embedder.embed(["green tea"])

    assert slow.asked == ["green tea", "green tea"]
    assert embedder.cache.whole().misses == 0
