"""Words: what a full-text search takes for one, the same in every store.

A word is a run of letters and digits, whatever its case and accents. All else parts words and
means nothing, so `%`, `_`, quotes, `*` and brackets in a query are the plain characters they
are, and `AND` is a word.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from math import log
from typing import Final

QUERY_WORDS_MAX: Final = 64
"""Words of a query that count; what stands after them is not looked for."""

_ACCENTS: Final = "\u0300-\u036f"
_WORD: Final = re.compile(rf"[^\W_](?:[^\W_]|[{_ACCENTS}])*")
_ACCENT: Final = re.compile(f"[{_ACCENTS}]")


def query_words(query: str) -> list[str]:
    """Return the different words of a query as they are written, at most `QUERY_WORDS_MAX`."""
    written = {folded(word): word for word in _WORD.findall(unicodedata.normalize("NFC", query))}
    return list(written.values())[:QUERY_WORDS_MAX]


def folded(word: str) -> str:
    """Return a word without case and accents."""
    return _ACCENT.sub("", unicodedata.normalize("NFD", word)).lower()


def holds(text: str, word: str) -> bool:
    """Tell whether `word`, or a word that begins with it, is in a text."""
    return any(folded(each).startswith(folded(word)) for each in _WORD.findall(text))


def weight(*, total: int, holding: int) -> float:
    """Return how much a word tells that `holding` of `total` texts have: rare ones tell more."""
    return log(1 + (total - holding + 0.5) / (holding + 0.5))


def share(weights: Mapping[str, float], held: Collection[str]) -> float:
    """Return how much of a query's weight a text holds: 1 when it has every word.

    BM25 would rank as well, but its sums are no scores: in a small store they are all near 0.
    """
    return round(sum(weights[word] for word in held) / sum(weights.values()), 4)
