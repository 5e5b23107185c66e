"""An embedder with no model: words and parts of words, hashed into buckets."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ltmc_server.model import Vector, Vectors

GRAM: Final = 4
"""Letters of a part of a word: what `benchmark` and `benchmarks` share."""

GRAM_WEIGHT: Final = 0.3
"""Of a part, beside 1 for a whole word."""

SIGN: Final = 1 << 31
"""The bit of a hash that says whether a part is added or taken away."""

WORDS_KEPT: Final = 4_000
"""Words whose places in a vector are remembered, in 2 MB: texts are made of the same ones."""

WORD_CHARS: Final = 40
"""Length of a word that is remembered; what is longer is hardly one, and may be a megabyte."""


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

        places, shares = list[int](), list[float]()
        for word, count in Counter(re.findall(r"\w+", text.lower())).items():
            # Twice as often is not twice as much about it.
            weight = 1 + math.log(count)
            hashed = _remembered if len(word) <= WORD_CHARS else _hashed
            buckets, signed = hashed(word, self.dimension)
            places += buckets
            shares += signed if count == 1 else [weight * share for share in signed]
        vector = np.zeros(self.dimension, dtype=np.float32)
        # One after the other, in this order: a sum of floats is another one in another order.
        np.add.at(vector, np.array(places, np.intp), np.array(shares, np.float32))
        length = float(np.sqrt(vector @ vector))
        if length == 0:  # a text without words, or one whose words cancel out
            vector[0] = length = 1.0
        return vector / np.float32(length)


def _hashed(word: str, dimension: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return the buckets of a word and of its parts, and what each adds to its bucket."""
    digests = [zlib.crc32(part) for part in _parts(word)]
    own = 1.0 if digests[0] & SIGN else -1.0
    signed = [GRAM_WEIGHT if digest & SIGN else -GRAM_WEIGHT for digest in digests[1:]]
    return tuple([digest % dimension for digest in digests]), (own, *signed)


def _parts(word: str) -> list[bytes]:
    """Return a word and its parts, in UTF-8."""
    framed = f"<{word}>"
    starts = range(len(framed) - GRAM + 1)
    if framed.isascii():
        # A letter is a byte, and parts are cut from bytes, which takes half the time.
        encoded = framed.encode("ascii")
        return [encoded[1:-1], *[encoded[at : at + GRAM] for at in starts]]
    texts = [word, *[framed[at : at + GRAM] for at in starts]]
    return [text.encode("utf-8", "surrogatepass") for text in texts]


_remembered: Final = lru_cache(maxsize=WORDS_KEPT)(_hashed)
