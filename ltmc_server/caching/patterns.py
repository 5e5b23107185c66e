"""Which questions a pattern fits."""

import re
from fnmatch import translate

from ltmc_server.caching.interfaces import ABOUT_CHARS


def beginning(about: str) -> str:
    """Return what caches keep of a question: its first characters, as text that UTF-8 can say."""
    return about[:ABOUT_CHARS].encode("utf-8", "replace").decode()


class Fits:
    """Tells whether a text fits a pattern: `*` is any text, `?` any character."""

    def __init__(self, pattern: str) -> None:
        self.every = bool(pattern) and not pattern.strip("*")
        # A bracket is a bracket. The expression takes each star once and never goes back, so
        # that for texts as short as these it is done in microseconds, whatever the pattern is.
        self._compiled = re.compile(translate(beginning(pattern).replace("[", "[[]")))

    def __call__(self, about: str) -> bool:
        """Tell it of a `beginning`."""
        return self.every or self._compiled.match(about) is not None
