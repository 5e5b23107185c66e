"""Text → the tokens that BERT models read: lower case, no accents, known parts of words.

The way of `BertNormalizer`, `BertPreTokenizer` and `WordPiece` in the package `tokenizers`, which
the tests hold this to. That package brings 46 MB of others, of which none is needed here.
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

CHARS_MAX: Final = 10_000
"""Of a text, from its beginning; a passage has at most a tenth of them."""

WORD_CHARS_MAX: Final = 100
"""A longer word is unknown as a whole."""

WORDS_KEPT: Final = 16_384
"""Words whose parts are remembered."""

CHARS_KEPT: Final = 4_096
"""Characters beyond ASCII of which it is remembered how they are read."""

_OTHERS: Final = re.compile(r"[^\x00-\x7f]")

_ASCII: Final = str.maketrans(
    {char: f" {char} " for char in string.punctuation}
    | dict(zip(string.ascii_uppercase, string.ascii_lowercase, strict=True))
    | {chr(code): None for code in (*range(32), 127)}
    | dict.fromkeys("\t\n\r", " ")
)

_IDEOGRAPHS: Final = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F)),
    *((0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)),
)
"""Each is a word. As BERT has them, with its gap from 2B820 to 2B91F."""


class Tokenizer:
    """Reads texts with one list of parts of words."""

    def __init__(self, parts: Iterable[str]) -> None:
        self._ids = {part: id for id, part in enumerate(parts)}
        self._first, self._last = self._ids["[CLS]"], self._ids["[SEP]"]
        self._unknown = self._ids["[UNK]"]
        # Half of a text is the same few hundred words as the one before.
        self._parts = lru_cache(WORDS_KEPT)(self._cut)

    def __len__(self) -> int:
        return len(self._ids)

    def read(self, text: str, *, most: int) -> list[int]:
        """Return the ids of a text's tokens between those of its beginning and end.

        At most `most` with these two; the end of a longer text is not read.
        """
        ids = [self._first]
        for word in _plain(text[:CHARS_MAX]).split():
            ids += self._parts(word)
            if len(ids) >= most:
                break
        return [*ids[: most - 1], self._last]

    def _cut(self, word: str) -> Sequence[int]:
        """Take the longest known part from the beginning, again and again."""
        if len(word) > WORD_CHARS_MAX:
            return (self._unknown,)
        ids: list[int] = []
        start = 0
        while start < len(word):
            before = "##" if start else ""
            for end in range(len(word), start, -1):
                if (id := self._ids.get(before + word[start:end])) is not None:
                    ids.append(id)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(ids)


@cache
def tokenizer() -> Tokenizer:
    """Return the tokenizer of MiniLM, which is that of BERT, uncased."""
    file = Path(__file__).with_name("resources") / "vocab.txt"
    return Tokenizer(file.read_text(encoding="utf-8").splitlines())


def _plain(text: str) -> str:
    """Return words and marks in lower case, with blanks between them."""
    if not text.isascii():
        text = _OTHERS.sub(_folded_match, text)
    return text.translate(_ASCII)


def _folded_match(match: re.Match[str]) -> str:
    return _folded(match[0])


@lru_cache(CHARS_KEPT)
def _folded(char: str) -> str:
    """Return what is read of a character beyond ASCII."""
    if char == "\ufffd" or unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"}:
        return ""
    # One letter at a time: BERT has no sigma for the end of a word.
    letters = "".join(
        part.lower()
        for part in unicodedata.normalize("NFD", char)
        if unicodedata.category(part) != "Mn"
    )
    is_word = any(start <= ord(char) <= end for start, end in _IDEOGRAPHS)
    return f" {letters} " if is_word else "".join(map(_parted, letters))


def _parted(char: str) -> str:
    return f" {char} " if unicodedata.category(char).startswith("P") else char
