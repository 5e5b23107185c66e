"""An embedder with no model: words and parts of words, hashed into buckets."""

import math
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Vector, Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRAM: Final = 4
"""Letters of a part of a word: what `benchmark` and `benchmarks` share."""

GRAM_WEIGHT: Final = 0.3
"""Of a part, beside 1 for a whole word."""

FEW: Final = 8
"""Words, as those of a question, that are hashed sooner one by one than all at once."""

WORDS_KEPT: Final = 4_000
"""Words that are remembered with their hashes, in 1 MB: of few, or beside some beyond ASCII."""

WORD_CHARS: Final = 40
"""Length of a word that is remembered; what is longer is hardly one, and may be a megabyte."""

ASCII_WORDS: Final = "".join(
    chr(code).lower() if re.match(r"\w", chr(code)) else " " for code in range(128)
)
"""For each character of ASCII what stands for it where words are looked for: a space parts them."""

NOTHING, PART, WORD = range(3)
"""What is hashed at a place."""

KINDS: Final = bytes({"<": WORD, ">": NOTHING}.get(chr(code), PART) for code in range(256))
LAST_LETTER: Final = bytes([PART, NOTHING])
NO_PART: Final = bytes([NOTHING, NOTHING])


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

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for text, vector in zip(texts, vectors, strict=True):
            self._fill(vector, text)
        return vectors

    async def aclose(self) -> None:
        pass

    def _fill(self, vector: Vector, text: str) -> None:
        """Make a vector of zeros that of `text`."""
        import numpy as np

        if counts := Counter(_words(text)):
            framed = f"<{'><'.join(counts)}>"
            letters = framed.encode("ascii", "replace")
            kinds = _kinds(letters)
            begins = (kinds == WORD).nonzero()[0]
            if len(counts) < FEW or not framed.isascii():
                digests = np.frombuffer(b"".join(map(_hashes, counts)), np.uint32)[:-2]
            else:
                digests = _digests(letters, begins)
            shares = _shares().take(kinds)
            for begin, (word, count) in zip(begins.tolist(), counts.items(), strict=True):
                if count > 1:
                    # Twice as often is not twice as much about it.
                    weight = 1 + math.log(count)
                    shares[begin] = weight
                    shares[begin + 1 : begin + len(word)] = weight * GRAM_WEIGHT
            # One after the other, in this order: a sum of floats is another one in another order.
            np.add.at(
                vector,
                (digests % np.uint32(self.dimension)).astype(np.intp),
                # The bit that says minus in a float32 is the one that says plus here.
                np.copysign(shares, (~digests).view(np.float32)),
            )
        length = math.sqrt(vector @ vector)
        if length == 0:  # a text without words, or one whose words cancel out
            vector[0] = length = 1.0
        vector /= np.float32(length)


def _words(text: str) -> list[str]:
    if text.isascii():
        return text.translate(ASCII_WORDS).split()
    return re.findall(r"\w+", text.lower())


def _kinds(letters: bytes) -> "NDArray[np.uint8]":
    """Return what is hashed at each letter of framed words, but for the last two, where nothing is.

    A word of n letters has n + 2 places: at its frame it is hashed itself, at all its letters but
    the last its parts, of which there are n - 1.
    """
    import numpy as np

    kinds = letters.translate(KINDS).replace(LAST_LETTER, NO_PART)
    return np.frombuffer(kinds, np.uint8)[:-2]


def _digests(letters: bytes, begins: "NDArray[np.intp]") -> "NDArray[np.uint32]":
    """Return the hashes at the places of `_kinds`; where nothing is hashed, any number.

    All parts of all words are hashed at once: in as many steps for a thousand as for one.
    """
    import numpy as np

    # With the space, a part has the place of its second letter: a word has its frame's.
    of_each = _changes().take(np.frombuffer(b" " + letters, np.uint8), axis=0)
    digests = of_each[:-3, 0] ^ of_each[1:-2, 1] ^ of_each[2:-1, 2] ^ of_each[3:, 3]
    digests[begins] = [*map(zlib.crc32, letters[1:-1].split(b"><"))]
    return digests


@cache
def _shares() -> "NDArray[np.float32]":
    """Return what is added to a vector, or taken away from it, by kind."""
    import numpy as np

    return np.array([0.0, GRAM_WEIGHT, 1.0], np.float32)


@cache
def _changes() -> "NDArray[np.uint32]":
    """Return what each byte does to the hash of a part at each place of it, shape (256, GRAM).

    CRC-32 is linear: the hash of some bytes is that of as many zeros, XOR what each byte changes.
    """
    import numpy as np

    zeros = zlib.crc32(bytes(GRAM))
    changes = [
        [zlib.crc32((byte << 8 * place).to_bytes(GRAM, "little")) ^ zeros for place in range(GRAM)]
        for byte in range(256)
    ]
    # The zeros count once, with the first place.
    return np.array(changes, np.uint32) ^ np.array([zeros, *[0] * (GRAM - 1)], np.uint32)


def _hashes(word: str) -> bytes:
    """Return the hashes at the places of a word, each a uint32, whatever its letters are."""
    return _remembered(word) if len(word) <= WORD_CHARS else _hashed(word)


def _hashed(word: str) -> bytes:
    """Return the hashes at the places of a word, each a uint32: one by one, for any letters."""
    framed = f"<{word}>"
    parts = [word, *[framed[at : at + GRAM] for at in range(len(word) - 1)]]
    digests = [zlib.crc32(part.encode("utf-8", "surrogatepass")) for part in parts]
    return array("I", [*digests, 0, 0]).tobytes()


_remembered: Final = lru_cache(maxsize=WORDS_KEPT)(_hashed)
