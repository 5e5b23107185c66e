"""Tools as Letta tells of them, and as we do: what is needed to choose one, not its source."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

Object: TypeAlias = dict[str, Any]

DESCRIPTION_CHARS_MAX: Final = 300
"""Of a description in a list."""

SCANNED: Final = 200
"""Tools that are asked for at a time when it is here that they are chosen."""


def entry(tool: Object) -> Object:
    """Return what a list says of a tool."""
    return {
        "id": tool["id"],
        "name": tool.get("name"),
        **_described(tool.get("description") or ""),
        "type": tool.get("tool_type"),
        "tags": tool.get("tags") or [],
        "requires_approval": tool.get("default_requires_approval") or None,
    }


def label(tool: Object) -> Object:
    """Return what names a tool."""
    return {"id": tool["id"], "name": tool.get("name")}


def matches(tool: Object, query: str, tags: Sequence[str]) -> bool:
    """Tell whether the name holds `query`, in any case, and the tool has all `tags`.

    Letta takes `_` and `%` in a query for any character, and does not look at tags.
    """
    held = set(tool.get("tags") or ())
    return query.lower() in (tool.get("name") or "").lower() and held.issuperset(tags)


def asked_for(limit: int, query: str, tags: Sequence[str]) -> int:
    """Return how many tools to ask for, so that `page` can fill one and knows if there are more."""
    return SCANNED if query or tags else limit + 1


def page(tools: Sequence[Object], limit: int, query: str, tags: Sequence[str]) -> Object:
    """Return a page of those that match, of all that Letta gave for `asked_for`.

    There may be more although a page is not full, or empty: of the tools behind those that were
    looked at, nobody knows yet.
    """
    chosen = [tool for tool in tools if matches(tool, query, tags)]
    taken = chosen[:limit]
    last = None
    if len(chosen) > limit:
        last = taken[-1]["id"]
    elif len(tools) >= asked_for(limit, query, tags):
        last = tools[-1]["id"]
    return {
        "items": [entry(tool) for tool in taken],
        "returned": len(taken),
        "has_more": last is not None,
        "next": last,
    }


def _described(text: str) -> Object:
    """Return the first paragraph of a description; examples follow it, where there are any."""
    first = text.partition("\n\n")[0][:DESCRIPTION_CHARS_MAX]
    if len(first) == len(text):
        return {"description": text or None}
    return {"description": first, "truncated": True, "chars_total": len(text)}
