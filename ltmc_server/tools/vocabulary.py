"""The words that tool signatures are written in.

A parameter name means one thing everywhere. Its type, bounds and description are said here,
once, and the published schemas repeat them. Words of one tool only are with that tool.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias

import orjson
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, JsonValue

ITEMS_MAX = 200
"""Entries of one page at most, whatever the tool."""

METADATA_BYTES_MAX = 8_000
"""Of JSON; long values belong into the text, where they are searched and can be cut."""


def _from_json_text(value: object) -> object:
    """Accept a list or object that a client sent as its JSON text; many do."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise ValueError(f"looks like JSON but is not: {error}") from error
    return value


def _from_tag_text(value: object) -> object:
    """Accept `a, b` for a list of tags, beside its JSON text."""
    decoded = _from_json_text(value)
    return [tag.strip() for tag in decoded.split(",")] if isinstance(decoded, str) else decoded


def _tidy(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Drop empty and repeated tags, keeping the order."""
    return tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))


def _storable(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Refuse what would not come back as it was given, or would crowd a text out of a response."""
    try:
        size = len(orjson.dumps(metadata))
    except orjson.JSONEncodeError as error:
        raise ValueError(f"can not be kept as JSON: {error}") from error
    if size > METADATA_BYTES_MAX:
        raise ValueError(f"is {size} bytes of JSON; at most {METADATA_BYTES_MAX} are kept")
    return metadata


def in_utc(value: object) -> object:
    """Read a time without a zone as UTC, and a day as its first moment."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError("must be a time as 2026-01-31T12:00:00Z, or a day") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value


def to_utc(moment: datetime) -> datetime:
    """Return the same moment, told in UTC."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must be between the years 1 and 9999, in UTC") from error


FromJsonText = BeforeValidator(_from_json_text)
"""Put into the `Annotated` of any parameter that is a list or an object."""

Time: TypeAlias = Annotated[AwareDatetime, BeforeValidator(in_utc), AfterValidator(to_utc)]

ProjectId: TypeAlias = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=200,
        description="Project to work in; by default that of the folder the server runs in.",
    ),
]
ConversationId: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=200, description="Name of a conversation.")
]
Query: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=4_000, description="What to look for, in plain words.")
]
Tag: TypeAlias = Annotated[str, Field(max_length=100)]
Tags: TypeAlias = Annotated[
    tuple[Tag, ...],
    BeforeValidator(_from_tag_text),
    AfterValidator(_tidy),
    Field(max_length=50, description="Labels; to find by them, all must be there."),
]
Metadata: TypeAlias = Annotated[
    dict[str, JsonValue],
    FromJsonText,
    AfterValidator(_storable),
    Field(max_length=100, description="Anything else to keep with it, a JSON object up to 8 KB."),
]
Limit: TypeAlias = Annotated[
    int, Field(ge=1, le=ITEMS_MAX, description="How many entries at most.")
]
Offset: TypeAlias = Annotated[
    int, Field(ge=0, le=1_000_000_000, description="How many entries to skip: the last `next`.")
]
Cursor: TypeAlias = Annotated[
    str, Field(max_length=200, description="Where to go on: the last `next`.")
]
FromChar: TypeAlias = Annotated[
    int, Field(ge=0, description="First character of a long text to return.")
]
TopK: TypeAlias = Annotated[int, Field(ge=1, le=100, description="How many results at most.")]
Confirm: TypeAlias = Annotated[bool, Field(description="Say true to delete more than one record.")]

Object: TypeAlias = dict[str, Any]
"""A result that is written as it is."""
