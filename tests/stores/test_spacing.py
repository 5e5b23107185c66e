"""Letters without spaces are cut so that each part of a run is found."""

import pytest
from hypothesis import given, strategies as st

from ltmc_server.stores.spacing import composed, is_run, pairs, parted, spaced

LETTERS = "茶道全文検索あアーガ서버數据々〇ฐานขမြខ"


@pytest.mark.parametrize(
    ("text", "indexed"),
    [
        ("memory_action 42", ["memory_action", "42"]),
        ("全文検索", ["全文", "文検", "検索", "索"]),
        ("茶", ["茶"]),
        ("使用FAISS索引。", ["使用", "用", "FAISS", "索引", "引", "。"]),
        ("ＦＡＩＳＳ ﾃｽﾄ", ["FAISS", "テス", "スト", "ト"]),
        ("서버를", ["서버", "버를", "를"]),
        ("น้ำ", ["นา", "า"]),
        ("第3章", ["第", "3", "章"]),
        ("naïve Größe", ["naïve", "Größe"]),
        ("コーヒー・茶", ["コー", "ーヒ", "ヒー", "ー", "・", "茶"]),
        ("", []),
    ],
)
def test_what_is_indexed(text: str, indexed: list[str]) -> None:
    assert spaced(text).split() == indexed


@given(text=st.text())
def test_nothing_that_has_spaces_is_cut(text: str) -> None:
    if not any(map(is_run, parted(composed(text)))):
        assert spaced(text) == composed(text)


@given(text=st.text())
def test_parts_join_to_the_text(text: str) -> None:
    assert "".join(parted(composed(text))) == composed(text)


@given(run=st.text(LETTERS, min_size=1, max_size=9), data=st.data())
def test_every_part_of_a_run_is_among_what_is_indexed(run: str, data: st.DataObject) -> None:
    [run] = parted(composed(run)) if is_run(composed(run)) else ["茶"]
    start = data.draw(st.integers(0, len(run) - 1))
    stop = data.draw(st.integers(start + 1, len(run)))
    indexed = spaced(run).split()

    for wanted in pairs(run[start:stop]):
        assert any(each.startswith(wanted) for each in indexed)
