"""Scripts that put no spaces between words, cut so that a full text finds what is in them.

A run of such letters becomes its pairs, each overlapping the next, and its last letter:
`全文検索` → `全文 文検 検索 索`. So every part of a run is found: one letter, as the beginning of a
pair; two, as a pair; more, as pairs side by side. No dictionary of any language is needed. Korean
has spaces, but its particles stick to its words, so it is cut the same way. Marks above and below
letters, with which Thai and its neighbours write vowels, do not count, as accents do not.
"""

import re
import unicodedata
from functools import cache
from typing import Final

_LETTERS: Final = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17d3"  # Khmer
    "\u1100-\u11ff\uac00-\ud7a3"  # Hangul
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # kana
    "\u3105-\u312f"  # Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_MARKED: Final = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17D3))

# Compiled with the first text that is not in ASCII: it takes longer than importing this package.


@cache
def _mark() -> re.Pattern[str]:
    marks = (
        chr(code)
        for first, last in _MARKED
        for code in range(first, last + 1)
        if unicodedata.category(chr(code)).startswith("M")
    )
    return re.compile(f"[{''.join(marks)}]+")


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_LETTERS}]")


@cache
def _run() -> re.Pattern[str]:
    return re.compile(f"((?:[{_LETTERS}](?<![\\W\\d_]))+)")


def composed(text: str) -> str:
    """Return a text in which a letter has one shape, half or full width, and unspaced ones no mark.

    A text in ASCII is returned as it is.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return _mark().sub("", text) if _unspaced().search(text) else text


def spaced(text: str) -> str:
    """Return a text as the full text indexes it; one in ASCII is returned as it is."""
    text = composed(text)
    if text.isascii() or not _unspaced().search(text):
        return text
    return _run().sub(lambda run: f" {' '.join(_indexed(run[0]))} ", text)


def parted(text: str) -> list[str]:
    """Return a composed text cut into runs and what is between them; joined they are the text."""
    return [text] if text.isascii() else [part for part in _run().split(text) if part]


def is_run(text: str) -> bool:
    """Tell whether a text is nothing but letters that are written without spaces."""
    return not text.isascii() and _run().fullmatch(text) is not None


def pairs(run: str) -> list[str]:
    """Return what to look for to find a run: its pairs; of a run of one letter, that letter."""
    return _indexed(run)[:-1] or [run]


def _indexed(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run))]
