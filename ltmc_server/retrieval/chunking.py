"""A text as passages: cut where its structure parts, with no character lost."""

from functools import cache
from pathlib import PurePath
from typing import Final

from semantic_text_splitter import MarkdownSplitter, TextSplitter

PASSAGE_CHARS: Final = (300, 1000)
"""A passage is filled until it has the first number and never grows over the second.

The second is what the common small embedding models read of a text: 256 tokens.
"""

MARKDOWN: Final = frozenset({".md", ".markdown", ".mdx", ""})
"""File names that are cut at headings, lists and code blocks; notes often have no ending."""


def passages(text: str, file_name: str) -> list[tuple[int, str]]:
    """Cut `text` into passages: the offset of the first character, and the characters.

    Order:   as in the text; joined they are the text.
    Bounds:  1 to 1000 characters each.
    """
    return _splitter(PurePath(file_name).suffix.lower() in MARKDOWN).chunk_indices(text)


@cache
def _splitter(markdown: bool) -> TextSplitter | MarkdownSplitter:
    kind = MarkdownSplitter if markdown else TextSplitter
    return kind(PASSAGE_CHARS, trim=False)
