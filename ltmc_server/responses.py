"""Results that fit: a response over its bound is cut where it hurts least, and says so."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

import orjson

Payload: TypeAlias = dict[str, Any]

CUT_CHARS_MIN: Final = 200
"""No text is cut shorter than this; below it, whole entries are left out instead."""

LISTS: Final = (
    *("items", "documents", "citations", "parts", "versions", "messages", "results"),
    *("relationships", "suggestions", "execution_order", "schedule"),
    *("functions", "classes", "comments", "findings"),
    *("issues", "changes", "scores", "names", "sections"),
    *("blocks", "passages"),
)
"""Where a result holds its entries, the last of which may be left out."""


CURSORS: Final = ("id", "last_message_id", "link_id")
"""The fields of an entry that a cursor may be; the first that it has."""


def fit(payload: Payload, bytes_max: int, offset: int | None = None) -> Payload:
    """Return `payload` in at most `bytes_max` bytes of JSON; itself, if it fits already.

    Long texts are cut first, the longest most, each beside `truncated` and `chars_total`; then
    entries are left out from the end, and a page's `returned`, `has_more` and `next` follow.

    Args:
        payload: a JSON object; it is changed in place.
        bytes_max: the bound.
        offset: where the page began; None when pages follow a cursor, the id of the last entry.
    """
    if _size(payload) > bytes_max:
        _cut_texts(payload, bytes_max)
    if _size(payload) > bytes_max:
        _drop_entries(payload, bytes_max, offset)
    return payload


def shares(sizes: Sequence[int], bytes_max: int) -> list[int]:
    """Part `bytes_max` among texts of these sizes: what is small is whole, the others get equal.

    Their sum is never above `bytes_max`; each is its size, or the common bound.
    """
    left, bound = bytes_max, 0
    for place, size in enumerate(sorted(sizes)):
        bound = left // (len(sizes) - place)
        if size > bound:
            break
        left -= size
        bound = size
    return [min(size, bound) for size in sizes]


def _size(payload: object) -> int:
    return len(orjson.dumps(payload))


def _cut_texts(payload: Payload, bytes_max: int) -> None:
    """Cut to the greatest common length that fits, found by halving."""
    long = [
        (holder, key, text)
        for holder in _objects(payload)
        for key, text in list(holder.items())
        if isinstance(text, str) and len(text) > CUT_CHARS_MIN
    ]
    if not long:
        return
    # A text takes at least a byte a character, so no longer one can fit.
    low, high = CUT_CHARS_MIN, min(bytes_max, max(len(text) for _, _, text in long))
    while low < high:
        middle = (low + high + 1) // 2
        _cut(long, middle)
        low, high = (middle, high) if _size(payload) <= bytes_max else (low, middle - 1)
    _cut(long, low)


def _cut(texts: list[tuple[Payload, str, str]], chars: int) -> None:
    for holder, key, text in texts:
        holder[key] = text
        holder.pop("truncated", None)
        holder.pop("chars_total", None)
    for holder, key, text in texts:
        if len(text) > chars:
            holder |= {key: text[:chars], "truncated": True, "chars_total": len(text)}


def _objects(value: object) -> Iterator[Payload]:
    if isinstance(value, dict):
        yield value
        for inner in list(value.values()):
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def _drop_entries(payload: Payload, bytes_max: int, offset: int | None) -> None:
    held = (payload.get(name) for name in LISTS)
    entries = next((one for one in held if one and isinstance(one, list)), None)
    if entries is None:
        return
    payload["truncated"] = True
    while len(entries) > 1 and _size(payload) > bytes_max:
        # In steps of an eighth: one by one would serialise a long list a hundred times.
        del entries[-max(1, len(entries) // 8) :]
        payload["returned"] = len(entries)
        if "has_more" in payload:
            last = entries[-1]
            cursor = next((last[name] for name in CURSORS if name in last), None)
            payload |= {
                "has_more": True,
                "next": cursor if offset is None else offset + len(entries),
            }
