"""What two answers have in common when only ids, times and texts differ. Pure."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

import orjson

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

ID: Final = re.compile(r"\b([a-z]+)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
TEXT_MAX: Final = 80
"""Characters of a text that are compared; what follows names users and times of one server."""


def shape(value: Json) -> Json:
    """Return the tree of types of a JSON value.

    Ids become their kind, times `time`; a list holds each shape that occurs in it, once.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return _kind(value)
        case list():
            found = {orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for each in map(shape, value)}
            return [orjson.loads(each) for each in sorted(found)]
        case dict():
            return {key: shape(each) for key, each in value.items()}


def _kind(text: str) -> str:
    if found := ID.fullmatch(text):
        return f"id of {found[1]}"
    return "time" if TIME.fullmatch(text) else "text"


def normal(value: Json, names: Mapping[str, str]) -> Json:
    """Return an effect without what differs from run to run.

    `names` says what texts to replace by which: the agents and tools of one run.
    """
    match value:
        case str():
            for name, placeholder in names.items():
                value = value.replace(name, placeholder)
            value = TIME.sub("TIME", ID.sub(r"ID-OF-\1", value))
            return UUID.sub("UUID", value)[:TEXT_MAX]
        case list():
            return [normal(each, names) for each in value]
        case dict():
            return {key: normal(each, names) for key, each in value.items()}
        case _:
            return value
