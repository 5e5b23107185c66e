"""The embedder without a model: unit vectors, equal for equal texts, near for like ones."""

import asyncio
import math
import re
import zlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.embedding.hashing import HashingEmbedder
from ltmc_server.model import Vectors
from ltmc_server.vectors import from_blobs, to_blobs

ANY_TEXT = st.text(alphabet=st.characters(categories=None), max_size=200)
"""Lone surrogates too, which no encoder likes."""


def embed(*texts: str, dimension: int = 384) -> Vectors:
    return asyncio.run(HashingEmbedder(dimension).embed(texts))


@settings(deadline=None)
@given(text=ANY_TEXT)
def test_any_text_has_a_vector_of_unit_length_and_always_the_same(text: str) -> None:
    [one, again] = embed(text, text)

    assert one.dtype == np.float32
    assert abs(float(np.linalg.norm(one)) - 1) < 1e-5
    assert np.array_equal(one, again)


@pytest.mark.parametrize("text", ["", " \n", "\x00", "🍵", "\ud800", "?!"])
def test_a_text_without_words_has_a_vector_too(text: str) -> None:
    assert abs(float(np.linalg.norm(embed(text))) - 1) < 1e-5


def test_like_texts_are_nearer_than_unlike_ones() -> None:
    tea, teas, car = embed("brewing green tea", "how to brew green teas", "car engine oil")

    assert float(tea @ teas) > float(tea @ car) + 0.2


@pytest.mark.anyio
async def test_texts_are_embedded_in_their_order() -> None:
    vectors = await HashingEmbedder(64).embed(["green", "black", "green"])

    assert vectors.shape == (3, 64)
    assert np.array_equal(vectors[0], vectors[2])
    assert not np.array_equal(vectors[0], vectors[1])


def test_the_name_of_the_model_changes_with_its_dimension() -> None:
    assert HashingEmbedder(64).model != HashingEmbedder(384).model


@settings(deadline=None)
@given(text=ANY_TEXT)
def test_a_kept_vector_comes_back_nearly_as_it_was(text: str) -> None:
    [before] = vectors = embed(text)
    [after] = from_blobs(to_blobs(vectors))

    assert before @ after > 0.9999
    assert abs(float(np.linalg.norm(after)) - 1) < 1e-5


@settings(deadline=None)
@given(
    text=st.text(alphabet="ab Zß", max_size=60)
    # Many words of ASCII are hashed all at once.
    | st.text(alphabet="abZ9_ .", min_size=60, max_size=200)
    | st.text(alphabet=st.characters(max_codepoint=127), max_size=200)
    | ANY_TEXT
)
def test_a_vector_is_the_sum_of_its_words_and_their_parts(text: str) -> None:
    """To the bit: vectors that were kept are compared with those of today's questions."""
    expected = np.zeros(64, dtype=np.float32)
    for word, count in Counter(re.findall(r"\w+", text.lower())).items():
        framed = f"<{word}>"
        grams = [framed[at : at + 4] for at in range(len(framed) - 3)]
        for part, share in [(word, 1.0), *((gram, 0.3) for gram in grams)]:
            digest = zlib.crc32(part.encode("utf-8", "surrogatepass"))
            sign = 1.0 if digest & 1 << 31 else -1.0
            expected[digest % 64] += sign * (1 + math.log(count)) * share
    length = float(np.linalg.norm(expected))
    if length == 0:
        expected[0] = length = 1.0

    assert np.array_equal(embed(text, dimension=64)[0], expected / np.float32(length))
