"""Text in files: some lines of it, never the whole of a large one."""

from collections.abc import Iterator
from typing import Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import BoundExceeded, Unreadable
from ltmc_server.threads import breathe
from ltmc_server.workspace.deadlines import Deadline
from ltmc_server.workspace.holdings import File

BLOCK_BYTES: Final = 1 << 20
BINARY_LOOK_BYTES: Final = 8_192
"""Searched for a NUL, as git does to tell binary files."""
FROM_CHAR_MAX: Final = 2_000_000
_BLOCK_BYTES_MIN: Final = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which lines are wanted."""

    skip: int = 0
    """Lines before them."""
    count: int
    from_char: int = 0
    """Characters to leave out of the first of them."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some lines of a file."""

    lines: tuple[str, ...]
    line_start: int
    """1 for the first line of the file."""
    next_line: int | None
    """How many lines to skip to read on; None at the end."""
    next_char: int | None
    """How many characters of that line to skip: when it was too long to show whole."""
    lines_total: int | None
    """None if the end was not reached."""
    bad_bytes: bool
    """Whether some bytes are not UTF-8; they are shown as �."""


def refuse_binary(file: File) -> None:
    """Raise `Unreadable` for a file that holds no text."""
    if b"\0" in file.read(BINARY_LOOK_BYTES):
        raise Unreadable(file.path, "is binary", "Only text is read.")


def whole_text(file: File, bytes_max: int) -> str:
    """Return all of a text file that is small enough."""
    if file.size_bytes > bytes_max:
        raise BoundExceeded(
            f"{file.path!r} has {file.size_bytes} bytes; at most {bytes_max} are taken here.",
            "cat shows a part of any file, and grep finds lines in it.",
        )
    refuse_binary(file)
    return file.read(bytes_max).decode("utf-8", "replace")


def window(file: File, part: Part, chars_max: int, deadline: Deadline) -> Window:
    """Return some lines, as far as `chars_max` characters go.

    Args:
        file: is read up to the end of the window, and no further.
        part: which lines.
        chars_max: characters together, line breaks included. A line that does not fit begins
            the next window; one that is longer than all of it is cut.
        deadline: for finding where they begin.
    """
    skip, from_char = part.skip, part.from_char
    if from_char > FROM_CHAR_MAX:
        raise BoundExceeded(
            f"from_char is {from_char}; in a line at most {FROM_CHAR_MAX} characters are skipped.",
            "grep finds what is further on in a long line.",
        )
    position, skipped = _start_of_line(file, skip, deadline)
    lines: list[str] = []
    room = chars_max
    bad = False
    reader = _Reader(file, position)
    at_char: int | None = None
    while len(lines) < part.count and not reader.ended:
        began = reader.position
        first = not lines
        raw, whole = reader.line((from_char * first + room + 1) * 4)
        text = raw.decode("utf-8", "replace")
        bad = bad or "\ufffd" in text
        text = text[from_char:] if first else text
        if len(text) + 1 > room and not first:
            reader.position = began
            break
        if not whole or len(text) > room:
            at_char = (from_char if first else 0) + min(len(text), room)
            lines.append(text[:room])
            break
        lines.append(text)
        room -= len(text) + 1
    ended = reader.ended and at_char is None
    reached = skipped + len(lines)
    return Window(
        lines=tuple(lines),
        line_start=skip + 1,
        next_line=None if ended else reached - (at_char is not None),
        next_char=at_char,
        lines_total=reached if ended else None,
        bad_bytes=bad,
    )


def _start_of_line(file: File, skip: int, deadline: Deadline) -> tuple[int, int]:
    """Return where the line begins that has `skip` before it, and how many have indeed.

    Those are fewer when the file has no such line; then it is the end of the file.
    """
    position, left = 0, skip
    last = b""
    while left and position < file.size_bytes:
        if deadline.passed:
            raise BoundExceeded(
                f"{file.path!r}: finding line {skip} after {position} bytes took too long.",
                "Give a smaller offset.",
            )
        block = file.read(BLOCK_BYTES, position)
        if not block:
            break
        breaks = block.count(b"\n")
        at = len(block) - 1
        if breaks >= left:
            at, breaks = _nth(block, left), left
        left -= breaks
        position += at + 1
        last = block[at : at + 1]
    unended = left > 0 and last not in (b"\n", b"")
    return position, skip - left + unended


def _nth(block: bytes, count: int) -> int:
    """Return where the `count`-th line break is."""
    at = -1
    for _ in range(count):
        at = block.index(b"\n", at + 1)
    return at


@dataclass
class _Reader:
    """Lines of a file, one after the other, from any position."""

    file: File
    position: int
    _block: bytes = b""
    _block_start: int = 0

    @property
    def ended(self) -> bool:
        return self.position >= self.file.size_bytes

    def line(self, bytes_max: int) -> tuple[bytes, bool]:
        """Return the next line without its break, and whether it is whole."""
        start = self.position - self._block_start
        end = self._block.find(b"\n", start) if start >= 0 else -1
        if end < 0:
            self._block = self.file.read(max(bytes_max, _BLOCK_BYTES_MIN), self.position)
            self._block_start, start = self.position, 0
            end = self._block.find(b"\n")
        if 0 <= end <= start + bytes_max:
            self.position = self._block_start + end + 1
            return self._block[start:end].removesuffix(b"\r"), True
        content = self._block[start : start + bytes_max]
        whole = end < 0 and self.position + len(content) >= self.file.size_bytes
        self.position += len(content)
        return content, whole or not content


def blocks_of_lines(file: File, bytes_max: int) -> Iterator[tuple[int, bytes]]:
    """Yield the file in blocks of whole lines, each with the number of its first line.

    A line longer than a block is yielded in pieces.
    """
    position, number = 0, 1
    end = min(bytes_max, file.size_bytes)
    while position < end:
        block = file.read(min(BLOCK_BYTES, end - position), position)
        if not block:
            return
        breathe()
        cut = block.rfind(b"\n") + 1
        if cut and position + len(block) < end:
            block = block[:cut]
        yield number, block
        position += len(block)
        number += block.count(b"\n")
