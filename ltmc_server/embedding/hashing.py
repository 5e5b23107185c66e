"""An embedder with no model: words and parts of words, hashed into buckets."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ltmc_server.model import Vector, Vectors

GRAM: Final = 4
"""Letters of a part of a word: what `benchmark` and `benchmarks` share."""

GRAM_WEIGHT: Final = 0.3
"""Of a part, beside 1 for a whole word."""


@dataclass(frozen=True, slots=True)
class HashingEmbedder:
    """Counts words and their parts into `dimension` buckets, signed by another bit of the hash.

    Texts are near when they share words, or stems and misspellings of them. It knows no synonyms.
    """

    dimension: int = 384

    @property
    def model(self) -> str:
        """Name of this way of hashing; a change of the way is a change of the name."""
        return f"hashing-1-{self.dimension}"

    @property
    def cosine_share(self) -> float:
        """Little: it sees words, which the full text sees better, and parts of words."""
        return 0.15

    @property
    def multilingual(self) -> bool:
        """It sees letters, whichever they are."""
        return True

    @property
    def is_instant(self) -> bool:
        return True

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        import numpy as np

        return np.stack([self._vector(text) for text in texts])

    async def aclose(self) -> None:
        pass

    def _vector(self, text: str) -> Vector:
        import numpy as np

        counts = Counter(re.findall(r"\w+", text.lower()))
        vector = np.zeros(self.dimension, dtype=np.float32)
        for word, count in counts.items():
            # Twice as often is not twice as much about it.
            weight = 1 + math.log(count)
            for part, share in _parts(word):
                digest = zlib.crc32(part.encode("utf-8", "surrogatepass"))
                sign = 1.0 if digest & 1 << 31 else -1.0
                vector[digest % self.dimension] += sign * weight * share
        length = float(np.linalg.norm(vector))
        if length == 0:  # a text without words, or one whose words cancel out
            vector[0] = length = 1.0
        return vector / np.float32(length)


def _parts(word: str) -> Iterator[tuple[str, float]]:
    yield word, 1.0
    framed = f"<{word}>"
    for at in range(len(framed) - GRAM + 1):
        yield framed[at : at + GRAM], GRAM_WEIGHT
