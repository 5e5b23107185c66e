r"""How the names of files are shown.

A name on disk is bytes: it may hold line breaks, terminal codes, marks that turn the reading
direction, or no UTF-8 at all. Shown, each of these is an escape (`\n`, `\x1b`, `\u202e`, and
`\xff` for a byte that is not UTF-8), and a backslash is `\\`; so what is shown can be read back.
"""

import re
from typing import Final

_DIRECTIONS: Final = "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
# Python hands over a byte that is not UTF-8 as one of the lone surrogates.
_UNSHOWN: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_DIRECTIONS}\\]")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([nrt\\]))")

_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\\": r"\\"}
_LONG: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}

_FIRST_BYTE: Final = 0x80
_LONE_BYTES: Final = range(0xDC80, 0xDD00)
"""What `surrogateescape` makes of the bytes 0x80 to 0xFF."""


def shown(name: str) -> str:
    """Return a name or path as printable text; itself, if it is that already."""
    return _UNSHOWN.sub(lambda found: _escaped(found[0]), name)


def unshown(text: str) -> str:
    """Return the name that is shown as `text`."""
    return _ESCAPE.sub(_meant, text)


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code in _LONE_BYTES:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < _FIRST_BYTE else f"\\u{code:04x}"


def _meant(escape: re.Match[str]) -> str:
    byte, code, letter = escape.groups()
    if letter:
        return _LONG[letter]
    if code:
        return chr(int(code, 16))
    number = int(byte, 16)
    return chr(number if number < _FIRST_BYTE else 0xDC00 + number)
