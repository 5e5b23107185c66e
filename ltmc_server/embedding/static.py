"""A light embedder: one vector a token, distilled from MiniLM, summed over the text.

The table is made by `distilling.py`. Rare words weigh more than common ones, which is in it.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.wordpiece import tokenizer
from ltmc_server.model import Vectors
from ltmc_server.threads import in_thread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CODES: Final = Path(__file__).with_name("resources") / "static-codes.npy"
SCALES: Final = CODES.with_name("static-scales.npy")

DIMENSION: Final = 192
MODEL: Final = f"static-1-{DIMENSION}"
"""The number in the middle counts the tables; a test knows the digest of each."""

HALF: Final = 8
"""Added to a number of 4 bits to keep it without a sign."""

TOKENS_MAX: Final = 512
"""More than a passage has."""

CHARS_AT_ONCE: Final = 4_000
"""As many take half a millisecond; more go to a thread."""


@dataclass(frozen=True, slots=True)
class Table:
    """The vectors of tokens: `codes` (tokens, dimension / 2) times `scales` (tokens,)."""

    codes: "NDArray[np.uint8]"
    """Two numbers a byte, as `packed` has them."""
    scales: "NDArray[np.float32]"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (n, dimension)."""
        import numpy as np

        made = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for vector, text in zip(made, texts, strict=True):
            ids = tokenizer().read(text, most=TOKENS_MAX)
            np.matmul(self.scales[ids], unpacked(self.codes[ids]), out=vector)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        unknown = lengths[:, 0] == 0
        made[unknown, 0] = lengths[unknown] = 1.0
        made /= lengths
        return made


def packed(numbers: "NDArray[np.int8]") -> "NDArray[np.uint8]":
    """Pack rows of numbers of -8…7: the second half of a row into the upper bits."""
    import numpy as np

    low, high = np.split((numbers + HALF).astype(np.uint8), 2, axis=1)
    both: NDArray[np.uint8] = np.bitwise_or(low, np.left_shift(high, 4, dtype=np.uint8))
    return both


def unpacked(codes: "NDArray[np.uint8]") -> "NDArray[np.float32]":
    """Return the rows that were packed."""
    import numpy as np

    rows = np.concatenate([codes & 15, codes >> 4], axis=1).astype(np.float32)
    rows -= HALF
    return rows


@cache
def table() -> Table:
    """Map the table into memory; pages are read as words are met."""
    import numpy as np

    codes: Any = np.load(CODES, mmap_mode="r")
    tokenizer()
    return Table(codes, np.load(SCALES).astype(np.float32))


class StaticEmbedder:
    """An `Embedder` of some 50 µs a sentence that knows words, not sentences."""

    model = MODEL
    dimension = DIMENSION
    is_instant = True
    multilingual = False
    cosine_share = 0.4
    """Less than half: it sees what words mean, and not what is said of them."""

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        if table.cache_info().currsize and sum(map(len, texts)) <= CHARS_AT_ONCE:
            return table().vectors(texts)
        return await in_thread(lambda: table().vectors(texts))

    async def aclose(self) -> None:
        pass
