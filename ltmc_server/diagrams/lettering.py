"""How wide is a text, and how is it cut to fit? Nobody can ask the browser in advance."""

import re
import unicodedata
from typing import Final

_WIDTHS: Final = {
    **dict.fromkeys("fijlrtI.,:;'|!`", 0.42),
    **dict.fromkeys('()[]{}/\\-" ', 0.46),
    **dict.fromkeys("mwMW@%…—", 1.0),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&<>=+~^#_", 0.84),
}
"""Of an em: those of the widest of the fonts in use for text, Verdana and DejaVu Sans."""

_PLAIN: Final = 0.66
_WIDE: Final = 1.05
"""Of what is no letter of ours: Chinese, signs, pictures."""
_BOLD: Final = 1.09

_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff0-\uffff]"
)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how many pixels a text takes at most."""
    ems = sum(_ems(sign) for sign in text)
    return ems * size * (_BOLD if bold else 1)


def cut(text: str, chars_max: int) -> str:
    """Return a printable text of at most so many characters: beginning and end, `…` between."""
    plain = printable(text)
    if len(plain) <= chars_max:
        return plain
    head = (chars_max - 1) * 2 // 3
    return f"{plain[:head]}…{plain[len(plain) - (chars_max - 1 - head) :]}"


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return as much of a text as fits into so many pixels."""
    chars = len(text)
    while chars > 1 and width(cut(text, chars), size, bold=bold) > room:
        chars = chars * 9 // 10
    return cut(text, chars)


def printable(text: str) -> str:
    """Return a text without what turns directions, ends lines or is no character of XML."""
    return " ".join(_UNPRINTABLE.sub("\ufffd", text).split())


def _ems(sign: str) -> float:
    if sign in _WIDTHS:
        return _WIDTHS[sign]
    if sign.isascii():
        return _PLAIN
    return 0.0 if unicodedata.combining(sign) else _WIDE
