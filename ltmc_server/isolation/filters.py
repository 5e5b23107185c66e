"""A jq filter over JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, TypedDict

from ltmc_server.isolation.child import Refused, json_bytes, open_no_more_files

_LOADS: Final = re.compile(r"\b(import|include|modulemeta)\b")
_MESSAGE_CHARS_MAX: Final = 500


class Output(TypedDict):
    """Some of what a filter gave."""

    output: str
    """Each value on a line of its own."""
    returned: int
    has_more: bool
    cut: bool
    """Whether the last value was too long to show whole."""


def filtered(
    query: str, text: str, raw_output: bool, window: tuple[int, int], bytes_max: int
) -> Output:
    """Apply the filter to each JSON value in the text.

    Args:
        query: the filter. The environment is empty, and nothing can be opened.
        text: JSON, one value or several.
        raw_output: texts are given as they are, not as JSON.
        window: how many of the values it gives to skip, and how many to return.
        bytes_max: of what is returned, in JSON.
    """
    import jq

    open_no_more_files()
    skip, count = window
    lines: list[str] = []
    room = bytes_max
    more = cut = False
    try:
        for number, value in enumerate(_values(jq, query, text)):
            if number < skip:
                continue
            line = _written(value, raw_output)
            size = json_bytes(line)
            if len(lines) == count or (lines and size > room):
                more = True
                break
            cut = size > room
            # Half of it fits even if each character has to be escaped.
            lines.append(line[: room // 2] if cut else line)
            room -= size + 2
    except ValueError as error:
        raise _refusal(query, str(error)) from error
    return Output(output="\n".join(lines), returned=len(lines), has_more=more, cut=cut)


def _values(jq: Any, query: str, text: str) -> Iterator[Any]:  # noqa: ANN401  jq has no types
    yield from jq.compile(query).input_text(text)


def _written(value: object, raw_output: bool) -> str:
    if raw_output and isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _refusal(query: str, said: str) -> Refused:
    # What jq says of a module tells whether a file is there, so it is not repeated.
    if _LOADS.search(query) and "syntax error" not in said:
        return Refused("The query can not be run: it may not load modules or files.")
    return Refused(f"The query can not be run: {said.strip()[:_MESSAGE_CHARS_MAX]}")
