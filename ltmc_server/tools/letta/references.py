"""References from the arguments of one call of a batch to the result of an earlier one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ltmc_server.errors import InvalidArguments, LtmcError

REFERENCE: Final = re.compile(r"\$(\d{1,2})\.(\S{1,500})")
"""`$0.id`, `$1.items.0.name`: of which call, and the way into its result."""

KEYS_NAMED: Final = 12
"""Fields that an error names at most."""


class WrongReference(InvalidArguments):
    """What one call of a batch takes from another is not there."""

    def __init__(self, place: str, text: str, why: str) -> None:
        LtmcError.__init__(
            self,
            f"{place}: {text[:100]!r} {why}.",
            "Write $0.id for the field id of the first result; $$ begins a text with one $.",
        )


def check(value: object, place: str, *, before: int) -> bool:
    """Tell whether there are references in `value`.

    Args:
        value: JSON.
        place: where it is, for errors.
        before: how many calls there are that it may refer to.

    Raises:
        WrongReference: a text begins with `$` and is none, or names a call that is not earlier.
    """
    found = False
    for where, text in _texts(value, place):
        if not text.startswith("$") or text.startswith("$$"):
            continue
        parsed = REFERENCE.fullmatch(text)
        if parsed is None:
            raise WrongReference(where, text, "is no reference")
        if int(parsed[1]) >= before:
            names = f"only calls 0 to {before - 1} are done by then" if before else "none is done"
            raise WrongReference(where, text, f"refers to call {parsed[1]}, but {names}")
        found = True
    return found


def resolve(value: Any, place: str, results: Mapping[int, object]) -> Any:  # noqa: ANN401  JSON
    """Return `value` with what its references lead to, and `$$` as `$`.

    Args:
        value: JSON that `check` has seen.
        place: where it is, for errors.
        results: what calls gave that did not fail, by their index.

    Raises:
        WrongReference: the call did not give what is referred to.
    """
    if isinstance(value, str):
        if value.startswith("$$"):
            return value[1:]
        return _followed(value, place, results) if value.startswith("$") else value
    if isinstance(value, list):
        return [resolve(each, f"{place}.{n}", results) for n, each in enumerate(value)]
    if isinstance(value, dict):
        return {key: resolve(each, f"{place}.{key}", results) for key, each in value.items()}
    return value


def _followed(text: str, place: str, results: Mapping[int, object]) -> object:
    parsed = REFERENCE.fullmatch(text)
    assert parsed, "references are checked before anything runs"
    index = int(parsed[1])
    if index not in results:
        raise WrongReference(place, text, f"refers to call {index}, which gave no result")
    here: object = results[index]
    way = f"${index}"
    for step in parsed[2].split("."):
        if isinstance(here, Mapping) and step in here:
            here = here[step]
        elif isinstance(here, Sequence) and not isinstance(here, str) and _is_place(step, here):
            here = here[int(step)]
        else:
            raise WrongReference(place, text, f"leads nowhere: {_holds(way, here)}")
        way += f".{step}"
    return here


def _is_place(step: str, entries: Sequence[object]) -> bool:
    return step.isascii() and step.isdigit() and int(step) < len(entries)


def _holds(way: str, here: object) -> str:
    if isinstance(here, Mapping):
        names = [*map(str, here)]
        more = ", …" if len(names) > KEYS_NAMED else ""
        return f"{way} has {', '.join(names[:KEYS_NAMED]) or 'nothing'}{more}"
    if isinstance(here, list):
        return f"{way} is a list of {len(here)}"
    return f"{way} is a single value"


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _texts(each, f"{place}.{number}")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, f"{place}.{key}")
