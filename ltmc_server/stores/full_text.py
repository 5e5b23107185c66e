"""Words: what a full-text search takes for one, the same in every store.

A word is a run of letters and digits, whatever its case and accents. All else parts words and
means nothing, so `%`, `_`, quotes, `*` and brackets in a query are the plain characters they
are, and `AND` is a word. Letters that are written without spaces are cut into pairs, each of which
is a word: `spacing.py`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log
from typing import Final

from ltmc_server.stores.spacing import composed, is_run, pairs, parted

QUERY_WORDS_MAX: Final = 64
"""Words of a query that count; what stands after them is not looked for."""

TEXTS_MIN: Final = 1_000
"""So many texts there are at the least when the rarity of a word is told.

In a store of a few texts it is chance which words are rare: there they count alike.
"""

_ACCENTS: Final = "\u0300-\u036f"
_WORD: Final = re.compile(rf"[^\W_](?:[^\W_]|[{_ACCENTS}])*")
_ACCENT: Final = re.compile(f"[{_ACCENTS}]")


def query_words(query: str) -> list[str]:
    """Return the different words of a query as they are written, at most `QUERY_WORDS_MAX`."""
    written = {folded(word): word for word in _words(query, cut=True)}
    return list(written.values())[:QUERY_WORDS_MAX]


def folded(word: str) -> str:
    """Return a word without case and accents."""
    if word.isascii():
        return word.lower()
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", word))
    # Together again: a syllable of Hangul would else begin with another one.
    return unicodedata.normalize("NFC", bare).lower()


def holds(text: str, word: str) -> bool:
    """Tell whether `word`, or a word that begins with it, is in a text; a pair, anywhere in it."""
    wanted = folded(word)
    found = map(folded, _words(text))
    return any(wanted in each if is_run(word) else each.startswith(wanted) for each in found)


def tokens(text: str) -> list[str]:
    """Return the words of a text without case and accents, in order, runs uncut."""
    return [folded(word) for word in _words(text)]


def stand_in(text: Sequence[str], phrase: Sequence[str]) -> int:
    """Count how often the words of a phrase stand together in a text, both as `tokens`.

    Of a run of letters without spaces any part will do that touches the phrase's other words.
    """
    width = len(phrase)
    return sum(
        all(
            _is_there(wanted, text[at + n], first=n == 0, last=n == width - 1)
            for n, wanted in enumerate(phrase)
        )
        for at in range(len(text) - width + 1 if width else 0)
    )


def weight(*, total: int, holding: int) -> float:
    """Return how much a word tells that `holding` of `total` texts have: rare ones tell more."""
    return log(1 + (total - holding + 0.5) / (holding + 0.5))


def rarity(*, total: int, holding: int) -> float:
    """Return the `weight` of a word in a store of at least `TEXTS_MIN` texts."""
    return weight(total=max(total, TEXTS_MIN), holding=holding)


def share(weights: Mapping[str, float], held: Collection[str]) -> float:
    """Return how much of a query's weight a text holds: 1 when it has every word.

    BM25 would rank as well, but its sums are no scores: in a small store they are all near 0.
    """
    return round(sum(weights[word] for word in held) / sum(weights.values()), 4)


def _is_there(wanted: str, word: str, *, first: bool, last: bool) -> bool:
    if not is_run(wanted):
        return wanted == word
    begins = first or word.startswith(wanted)
    return wanted in word and begins and (last or word.endswith(wanted))


def _words(text: str, *, cut: bool = False) -> Iterator[str]:
    for word in _WORD.findall(composed(text)):
        for part in parted(word):
            if cut and is_run(part):
                yield from pairs(part)
            else:
                yield part
