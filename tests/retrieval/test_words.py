"""Which words of a question are looked for."""

import pytest
from hypothesis import given, strategies as st

from ltmc_server.retrieval.words import WORDS_MAX, words


@pytest.mark.parametrize(
    ("question", "looked_for"),
    [
        ("how do I brew the tea?", ["brew", "tea"]),
        ("what is it?", ["what", "is", "it"]),  # nothing tells, so all of it is kept
        ("tea Tea tea", ["tea", "Tea"]),
        ('find "green tea" now', ["find", "green tea", "now"]),
        ("call memory_action.store()", ["call", "memory_action.store"]),
        ("version 1.2.3 of foo-bar", ["version", "1.2.3", "foo-bar"]),
        ("docs/errors.md", ["docs/errors.md"]),
        ('an odd " quote', ["odd", "quote"]),
        ("日本語 茶", ["日本語", "茶"]),
        ("?! …", []),
        ("", []),
    ],
)
def test_what_is_looked_for(question: str, looked_for: list[str]) -> None:
    assert words(question) == looked_for


def test_a_pasted_page_is_a_question_by_its_first_words() -> None:
    assert words(" ".join(f"w{n}" for n in range(5000))) == [f"w{n}" for n in range(WORDS_MAX)]


@given(question=st.text())
def test_any_question_has_few_and_distinct_words(question: str) -> None:
    found = words(question)

    assert len(found) == len(set(found)) <= WORDS_MAX
    assert all(word and word in question for word in found)
