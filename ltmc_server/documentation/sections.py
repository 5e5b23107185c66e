"""The generated sections of a document, between markers, and all else, which is never touched.

    <!-- ltmc:begin src/shop.py 9f86d081884c7d65 -->
    …
    <!-- ltmc:end src/shop.py -->

The number is a digest of what is between them, as it was generated: so an edit by hand is seen.
A marker stands alone on its line. One that has no partner is text like any other.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import quote, unquote

from ltmc_server.dataclass import dataclass

MARK: Final = "<!-- ltmc:"

_BEGIN: Final = re.compile(r"<!-- ltmc:begin (\S+) ([0-9a-f]{16}) -->")
_END: Final = re.compile(r"<!-- ltmc:end (\S+) -->")
_NAME: Final = re.compile(r"<!-- ltmc:name (\S+) -->")
_MARK_OF_SECTION: Final = re.compile(rf"{MARK}(?=begin |end )")
_FENCE: Final = re.compile(r"(`{3,})[\w+]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A generated section of a document."""

    path: str
    """Of the source it is about."""
    start: int
    """Offset of its first marker."""
    end: int
    """Offset after its last marker, the line break included."""
    body: str
    """What is between the markers, with line feeds for line breaks."""
    line: int
    line_break: str
    edited: bool
    """Whether somebody has changed it by hand."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a section says of one name."""

    signature: str
    block: str
    line: int
    """Of its marker, in the document."""


def section(path: str, body: str) -> str:
    """Return a section of a source, with its markers."""
    quoted = _quoted(path)
    # A docstring may hold signs that no file can, or that a file of other line breaks would lose.
    body = body.replace("\r", "").encode("utf-8", "replace").decode()
    body = _MARK_OF_SECTION.sub(MARK.upper(), body)
    return f"<!-- ltmc:begin {quoted} {_digest(body)} -->\n{body}<!-- ltmc:end {quoted} -->\n"


def name_mark(qualified_name: str) -> str:
    """Return the marker that stands before what is said of a name."""
    return f"<!-- ltmc:name {_quoted(qualified_name)} -->"


def sections(text: str) -> list[Section]:
    """Return the sections of a document, in order; of several of one source, all."""
    found: list[Section] = []
    begun: tuple[int, int, re.Match[str], int] | None = None
    after = 0
    # `splitlines` would also break lines at signs that Markdown does not.
    for number, line in enumerate(text.split("\n") if MARK in text else (), start=1):
        before, after = after, min(after + len(line) + 1, len(text))
        bare = line.removesuffix("\r")
        if begin := _BEGIN.fullmatch(bare):
            begun = (before, after, begin, number)
        elif (end := _END.fullmatch(bare)) and begun and end[1] == begun[2][1]:
            start, inner, begin, first_line = begun
            body = text[inner:before].replace("\r\n", "\n")
            found.append(
                Section(
                    path=unquote(begin[1]),
                    start=start,
                    end=after,
                    body=body,
                    line=first_line,
                    line_break="\r\n" if text[start:inner].endswith("\r\n") else "\n",
                    edited=_digest(body) != begin[2],
                )
            )
            begun = None
    return found


def names_in(one: Section) -> Mapping[str, Written]:
    """Return what a section says, by qualified name."""
    blocks: dict[str, tuple[int, list[str]]] = {}
    block: list[str] = []
    for number, line in enumerate(one.body.split("\n"), start=one.line + 1):
        if match := _NAME.fullmatch(line):
            block = []
            blocks[unquote(match[1])] = (number, block)
        else:
            block.append(line)
    return {
        name: Written(_signature(lines), "\n".join(lines).rstrip("\n"), number)
        for name, (number, lines) in blocks.items()
    }


def hand_written(text: str, found: Sequence[Section]) -> list[str]:
    """Return what is before, between and after the sections."""
    edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(text)]
    return [text[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def replaced(text: str, new: Mapping[str, str | None], added: Iterable[str] = ()) -> str:
    """Return a document with other sections, and all else as it was.

    Args:
        text: of the document.
        new: by the path of their source, sections to put in place of those that are there; None
            takes one out. What is not named stays.
        added: sections to put at the end.
    """
    parts: list[str] = []
    end = 0
    for one in sections(text):
        parts.append(text[end : one.start])
        section = new.get(one.path, text[one.start : one.end])
        if section is not None:
            parts.append(section if one.path not in new else _ending(section, one.line_break))
        end = one.end
    parts.append(text[end:])
    for section in added:
        last = next((part for part in reversed(parts) if part), "")
        apart = "" if not last else "\n" if last.endswith("\n") else "\n\n"
        parts.append(apart + section)
    return "".join(parts)


def _ending(section: str, line_break: str) -> str:
    return section if line_break == "\n" else section.replace("\n", line_break)


def _signature(block: list[str]) -> str:
    """Return what is in the first fence."""
    for at, line in enumerate(block):
        if fence := _FENCE.fullmatch(line):
            rest = block[at + 1 :]
            end = rest.index(fence[1]) if fence[1] in rest else len(rest)
            return "\n".join(rest[:end])
    return ""


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _quoted(name: str) -> str:
    # A comment of HTML ends at `-->`, and a marker at a space.
    return quote(name, safe="/._~$[]()*@:+", errors="surrogateescape")
