"""Counts of tokens: never too low by our measure, and a cut never splits a character."""

from hypothesis import given, strategies as st

from ltmc_server.retrieval.tokens import count_tokens, cut_to_tokens

TEXTS = st.text(alphabet=st.characters(categories=("L", "N", "S", "Z", "Cc")), max_size=200)


def test_three_bytes_are_a_token() -> None:
    assert [count_tokens(text) for text in ("", "a", "abc", "abcd", "茶", "🍵")] == [
        0,
        1,
        1,
        2,
        1,
        2,
    ]


@given(text=TEXTS, tokens_max=st.integers(0, 80))
def test_a_cut_is_the_longest_beginning_that_fits(text: str, tokens_max: int) -> None:
    cut = cut_to_tokens(text, tokens_max)

    assert text.startswith(cut)
    assert count_tokens(cut) <= tokens_max
    assert cut == text or count_tokens(text[: len(cut) + 1]) > tokens_max


@given(one=TEXTS, other=TEXTS)
def test_together_they_count_no_more_than_each_for_itself(one: str, other: str) -> None:
    assert count_tokens(one + other) <= count_tokens(one) + count_tokens(other)
