"""Our tokens are those that the package `tokenizers` makes, which the model was trained with."""

import sys
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from tokenizers import Tokenizer as Reference, models, normalizers, pre_tokenizers

from ltmc_server.embedding import wordpiece
from ltmc_server.embedding.wordpiece import CHARS_MAX, WORD_CHARS_MAX, tokenizer

VOCABULARY = Path(wordpiece.__file__).with_name("resources") / "vocab.txt"


@cache
def reference() -> Reference:
    parts = VOCABULARY.read_text("utf-8").splitlines()
    vocabulary = {part: id for id, part in enumerate(parts)}
    assert len(vocabulary) == 30_522
    model = models.WordPiece(vocabulary, max_input_chars_per_word=WORD_CHARS_MAX)
    made = Reference(model)
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def ours(text: str) -> list[int]:
    first, *ids, last = tokenizer().read(text, most=sys.maxsize)
    assert (first, last) == (101, 102)
    return ids


def is_settled(char: str) -> bool:
    """Tell whether Unicode has not changed its mind about a character since version 3.2.

    Of others, each library knows what its tables know, and the vocabulary has none of them.
    """
    kind = unicodedata.category(char)
    return kind != "Cs" and kind == unicodedata.ucd_3_2_0.category(char)


# Marks and accents as often as letters, and words that the vocabulary has.
CHARS = st.one_of(
    st.characters(categories=None, exclude_categories=["Cs"]),
    st.characters(max_codepoint=0x17F),
    st.sampled_from("ΣςσİıſẞﬁK´`;中一が한\u0301\u00ad\u200b\u2028\ufffd\x00\x85"),
).filter(is_settled)
TEXTS = st.lists(
    st.one_of(CHARS, st.sampled_from(["the", " ", "embeddings", "##ing", "[SEP]", "naïve"])),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=500)
@given(text=TEXTS)
def test_the_tokens_are_those_of_the_reference(text: str) -> None:
    assert ours(text) == reference().encode(text).ids


def test_every_character_is_read_as_the_reference_reads_it() -> None:
    """All of the first planes' letters between two others, in texts of a hundred."""
    settled = [f"a{char}b" for code in range(0x30000) if is_settled(char := chr(code))]
    texts = [" ".join(settled[start : start + 100]) for start in range(0, len(settled), 100)]

    for text, expected in zip(texts, reference().encode_batch(texts), strict=True):
        assert ours(text) == expected.ids, text


def test_whole_pages_are_read_alike() -> None:
    for page in Path(__file__).parents[2].glob("docs/**/*.md"):
        text = page.read_text("utf-8")[:CHARS_MAX]
        assert ours(text) == reference().encode(text).ids


@pytest.mark.parametrize("length", [WORD_CHARS_MAX, WORD_CHARS_MAX + 1])
def test_a_word_of_any_length_is_read_alike(length: int) -> None:
    assert ours("a" * length) == reference().encode("a" * length).ids


def test_the_end_of_a_long_text_is_not_read() -> None:
    text = "one two three four"

    assert tokenizer().read(text, most=4) == [101, 2028, 2048, 102]
    assert tokenizer().read(text, most=6) == tokenizer().read(text, most=100)


@given(text=st.text(alphabet=st.characters(categories=None)))
def test_no_text_is_refused(text: str) -> None:
    """Lone surrogates are left out, as the reference leaves out all that is no character."""
    ids = tokenizer().read(text, most=256)

    assert ids[0] == 101
    assert ids[-1] == 102
    assert len(ids) <= 256
