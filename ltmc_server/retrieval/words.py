"""The words of a question that are worth looking for."""

import re
from typing import Final

from ltmc_server.stores.spacing import composed, is_run, pairs, parted

WORDS_MAX: Final = 64
"""Words that are looked for; a pasted page is a question by its first ones."""

_COMMON: Final = """
a an and any are as at be been but by can could did do does for from get had has have how i if in
into is it its may me my no not of on or our should so than that the their them then there these
they this to us use used was we were what when where which who why will with would you your
"""

STOP_WORDS: Final = frozenset(_COMMON.split())
"""English words that stand in every text and tell none from another."""

_PARTS: Final = re.compile(r'"([^"]{1,200})"|((?:--)?\w+(?:[./:_-]+\w+)*)')

_HIRAGANA: Final = re.compile("[\u3041-\u309f]+")
"""Japanese writes its endings and particles in it; what tells is in other letters."""

_IDENTIFIER: Final = re.compile(
    r"""(?=.*\w.*\w.*\w).*\d      # three letters or digits, one a digit: PAY-1042, 8443
    | .*_ | .*[a-z][A-Z] | --       # snake_case, camelCase, --flag
    | .*\w\w\.\w\w | .*/.*/        # format.ts, src/billing/format
    """,
    re.VERBOSE,
)


def words(question: str) -> list[str]:
    """Return the distinct words of a question, in its order, without stop words.

    What stands in quotes is one word, and so is an identifier with its dots and dashes. Letters
    written without spaces are looked for in pairs. A question of stop words only keeps them.
    """
    found = [word for part in _parts(question) for word in part]
    telling = [word for word in found if not _is_common(word)]
    return list(dict.fromkeys(telling or found))[:WORDS_MAX]


def identifiers(question: str) -> list[str]:
    """Return what in a question names one thing: quotes, and words as `PAY-1042` or `max_age`.

    It has no synonyms: a text without it is about something else.
    """
    return [
        quoted or plain
        for quoted, plain in _PARTS.findall(composed(question))
        if quoted or _IDENTIFIER.match(plain)
    ]


def _parts(question: str) -> list[list[str]]:
    found: list[list[str]] = []
    for quoted, plain in _PARTS.findall(composed(question)):
        if quoted:
            found.append([quoted])
        if plain.isascii():
            # It has no runs, and a word is found in itself whole.
            found.append([plain] if plain else [])
            continue
        for part in parted(plain):
            whole = [word for _, word in _PARTS.findall(part)]
            found.append(pairs(part) if is_run(part) else whole)
    return found


def _is_common(word: str) -> bool:
    if word.isascii():
        return word.lower() in STOP_WORDS
    return _HIRAGANA.fullmatch(word) is not None
