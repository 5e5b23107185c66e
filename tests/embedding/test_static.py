"""The table of tokens: unit vectors for any text, near for like meanings, and the table's name."""

import asyncio
import hashlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.embedding import static
from ltmc_server.embedding.distilling import rounded
from ltmc_server.embedding.static import CHARS_AT_ONCE, DIMENSION, StaticEmbedder, unpacked
from ltmc_server.embedding.wordpiece import tokenizer
from ltmc_server.model import Vectors

ANY_TEXT = st.text(alphabet=st.characters(categories=None), max_size=200)

SAID_IN_OTHER_WORDS = (
    ("how can I log in again after losing my password", "Reset forgotten credentials by e-mail."),
    ("the program eats more and more memory", "A leak in the cache filled the heap."),
    ("what should I eat for breakfast", "Oatmeal with nuts in the morning."),
    ("the car will not start in winter", "A cold battery cannot turn the engine."),
    ("who won the match yesterday", "The home side beat their rivals on Sunday."),
    ("a doctor's advice against back pain", "Physicians recommend walking for an aching spine."),
)


def embed(*texts: str) -> Vectors:
    return asyncio.run(StaticEmbedder().embed(texts))


@settings(deadline=None)
@given(text=ANY_TEXT)
def test_any_text_has_a_vector_of_unit_length_and_always_the_same(text: str) -> None:
    [one, again] = embed(text, text)

    assert one.dtype == np.float32
    assert one.shape == (DIMENSION,)
    assert abs(float(np.linalg.norm(one)) - 1) < 1e-5
    assert np.array_equal(one, again)


@pytest.mark.parametrize("text", ["", " \n", "\x00", "🍵", "\ud800", "[unused1]"])
def test_a_text_without_known_words_has_a_vector_too(text: str) -> None:
    assert abs(float(np.linalg.norm(embed(text))) - 1) < 1e-5


def test_what_is_said_in_other_words_is_found() -> None:
    questions = embed(*(question for question, _ in SAID_IN_OTHER_WORDS))
    answers = embed(*(answer for _, answer in SAID_IN_OTHER_WORDS))

    nearest = (questions @ answers.T).argmax(axis=1)

    assert (nearest == np.arange(len(SAID_IN_OTHER_WORDS))).all()


def test_many_texts_are_embedded_as_each_alone() -> None:
    texts = [f"text number {number} of many" for number in range(CHARS_AT_ONCE // 10)]

    assert np.array_equal(
        embed(*texts)[::50], np.concatenate([embed(each) for each in texts[::50]])
    )


def test_no_texts_are_no_vectors() -> None:
    assert embed().shape == (0, DIMENSION)


def test_the_table_is_the_one_of_that_name() -> None:
    """Another table makes other vectors: count the name up, then write its digest here."""
    content = static.CODES.read_bytes() + static.SCALES.read_bytes()

    assert (static.MODEL, hashlib.sha256(content).hexdigest()[:16]) == (
        "static-1-192",
        "cdc8b681d9b3dd81",
    )
    assert len(static.table().codes) == len(tokenizer())


@settings(deadline=None)
@given(
    rows=st.lists(
        st.lists(st.floats(-100, 100), min_size=6, max_size=6), min_size=1, max_size=5
    ).map(np.array)
)
def test_a_rounded_row_is_near_the_row(rows: np.ndarray) -> None:
    codes, scales = rounded(rows)
    exact = np.abs(rows).max(axis=1) / 7

    back = unpacked(codes) * scales.astype(np.float32)[:, None]

    assert (np.abs(back - rows) <= exact[:, None] * 0.51 + 1e-6).all()
