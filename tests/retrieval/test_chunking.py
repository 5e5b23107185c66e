"""Passages: nothing of a text is lost, and none is too long."""

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.retrieval.chunking import PASSAGE_CHARS, passages

NAMES = ("a.md", "a.txt", "a.py", "note")
LINES = st.sampled_from(
    ["# Head\n", "\n", "- item\n", "```\n", "code();\n", "> quote\n", "A sentence. Another!\n"]
) | st.sampled_from(["日本語の文。", "x" * 700, " " * 400, "\r\n", "\t", "🍵", "e\u0301"])
TEXTS = st.text(min_size=1, max_size=3000) | st.lists(LINES, min_size=1, max_size=60).map("".join)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, file_name=st.sampled_from(NAMES))
def test_passages_join_to_the_text_at_their_offsets_within_bounds(
    text: str, file_name: str
) -> None:
    parts = passages(text, file_name)

    assert "".join(part for _, part in parts) == text
    assert all(text[start : start + len(part)] == part for start, part in parts)
    assert all(1 <= len(part) <= PASSAGE_CHARS[1] for _, part in parts)


@pytest.mark.parametrize("text", ["茶" * 5000, "a" * 5000, "\n" * 5000, "🍵" * 5000, "a,b;" * 2000])
@pytest.mark.parametrize("file_name", NAMES)
def test_text_without_sentences_is_cut_too(text: str, file_name: str) -> None:
    parts = passages(text, file_name)

    assert "".join(part for _, part in parts) == text
    assert max(len(part) for _, part in parts) <= PASSAGE_CHARS[1]
    assert len(parts) <= 1 + len(text) // 100


def test_a_short_text_is_one_passage() -> None:
    assert passages("green tea", "a.md") == [(0, "green tea")]


def test_markdown_parts_at_its_headings() -> None:
    sections = [f"# Part {n}\n\n{'A sentence of this part. ' * 20}\n\n" for n in range(4)]

    parts = passages("".join(sections), "a.md")

    assert [part.splitlines()[0] for _, part in parts] == [f"# Part {n}" for n in range(4)]


def test_a_source_file_of_ours_is_cut_without_loss() -> None:
    text = Path(__file__).read_text("utf-8")

    assert "".join(part for _, part in passages(text, "test_chunking.py")) == text
