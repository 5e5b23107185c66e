"""Which words of a question are looked for."""

import pytest
from hypothesis import given, strategies as st

from ltmc_server.retrieval.words import WORDS_MAX, identifiers, words
from ltmc_server.stores.spacing import composed


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
        ("日本語 茶", ["日本", "本語", "茶"]),
        ("FAISS索引 とは何ですか", ["FAISS", "索引", "は何", "何で"]),
        ("ありがとう", ["あり", "りが", "がと", "とう"]),
        ("restart.sh脚本", ["restart.sh", "脚本"]),
        ("ＦＡＩＳＳ ｶﾞｽ", ["FAISS", "ガス"]),
        ("ฐานข้อมูล", ["ฐา", "าน", "นข", "ขอ", "อม", "มล"]),
        ('"全文検索" 方式', ["全文検索", "方式"]),
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
    assert all(word and word in composed(question) for word in found)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("what is PAY-1042 about?", ["PAY-1042"]),
        ("why did 9f3c2ab break max_age and getUser", ["9f3c2ab", "max_age", "getUser"]),
        ('the "exact words" of it', ["exact words"]),
        ("10.20.1.11 or port 8443", ["10.20.1.11", "8443"]),
        ("the 3 best OpenAPI tools of Kafka", ["OpenAPI"]),
        (
            "why --no-verify in src/billing/format.ts or docs/errors.md?",
            ["--no-verify", "src/billing/format.ts", "docs/errors.md"],
        ),
        ("two-factor login and/or TLS, e.g. for 42", []),
        ("", []),
    ],
)
def test_what_has_no_synonyms(question: str, named: list[str]) -> None:
    assert identifiers(question) == named
