"""The words of a question that are worth looking for."""

import re
from typing import Final

WORDS_MAX: Final = 64
"""Words that are looked for; a pasted page is a question by its first ones."""

_COMMON: Final = """
a an and any are as at be been but by can could did do does for from get had has have how i if in
into is it its may me my no not of on or our should so than that the their them then there these
they this to us use used was we were what when where which who why will with would you your
"""

STOP_WORDS: Final = frozenset(_COMMON.split())
"""English words that stand in every text and tell none from another."""

_PARTS: Final = re.compile(r'"([^"]{1,200})"|(\w+(?:[./:_-]+\w+)*)')


def words(question: str) -> list[str]:
    """Return the distinct words of a question, in its order, without stop words.

    What stands in quotes is one word, and so is an identifier with its dots and dashes; a
    question of stop words only keeps them.
    """
    found = [quoted or plain for quoted, plain in _PARTS.findall(question)]
    telling = [word for word in found if word.lower() not in STOP_WORDS]
    return list(dict.fromkeys(telling or found))[:WORDS_MAX]
