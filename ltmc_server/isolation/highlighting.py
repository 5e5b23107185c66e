"""Source code in colours: with the codes of a terminal, or as HTML."""

import re
from collections.abc import Iterator
from typing import Any, Final, TypedDict

from ltmc_server.isolation.child import Refused, json_bytes

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal obeys, the line break and the tab excepted."""

Token = tuple[Any, str]


class Coloured(TypedDict):
    """Some lines of a text."""

    language: str
    highlighted_content: str
    line_start: int
    returned: int
    total: int
    has_more: bool


def highlighted(
    text: str, named: tuple[str, str], format: str, window: tuple[int, int], bytes_max: int
) -> Coloured:
    r"""Colour some lines; the whole text is read for it, as a line may begin inside a comment.

    Args:
        text: the source. Control codes in it are shown as `\x1b`, so that none reaches a terminal.
        named: the file, and the language: any that Pygments knows, or `auto` to tell by the file.
        format: `ansi` or `html`.
        window: how many lines to skip, and how many to return.
        bytes_max: of what is returned, in JSON.
    """
    import pygments
    from pygments.formatters import HtmlFormatter, TerminalFormatter

    lexer = _lexer(text, *named)
    lines = list(_lines(lexer.get_tokens(_CONTROLS.sub(_code, text))))
    formatter = HtmlFormatter(nowrap=True) if format == "html" else TerminalFormatter()
    skip, count = window
    coloured: list[str] = []
    room = bytes_max
    for line in lines[skip : skip + count]:
        made = pygments.format(line, formatter)
        room -= json_bytes(made)
        if room < 0 and coloured:
            break
        coloured.append(made)
    return Coloured(
        language=lexer.aliases[0] if lexer.aliases else lexer.name,
        highlighted_content="".join(coloured),
        line_start=skip + 1,
        returned=len(coloured),
        total=len(lines),
        has_more=skip + len(coloured) < len(lines),
    )


def _lexer(text: str, file_name: str, language: str) -> Any:  # noqa: ANN401
    from pygments.lexers import TextLexer, get_lexer_by_name, get_lexer_for_filename
    from pygments.util import ClassNotFound

    as_written = {"stripnl": False, "ensurenl": False}
    try:
        if language != "auto":
            return get_lexer_by_name(language, **as_written)
        return get_lexer_for_filename(file_name, text[:4_000], **as_written)
    except ClassNotFound as error:
        if language == "auto":
            return TextLexer(**as_written)
        raise Refused(
            f"No language is called {language[:100]!r}.", "auto tells it by the file's name."
        ) from error


def _code(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def _lines(tokens: Iterator[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each line; one that goes over several lines is cut at their ends."""
    line: list[Token] = []
    for kind, text in tokens:
        for part in text.splitlines(keepends=True):
            line.append((kind, part))
            if part.endswith("\n"):
                yield line
                line = []
    if line:
        yield line
