"""Pages of what Letta lists by cursor, with one request each."""

from collections.abc import Sequence
from typing import Any


def page(found: Sequence[dict[str, Any]], limit: int) -> dict[str, Any]:
    """Wrap what was found when one more than `limit` was asked for: that one says there is more.

    There is no `total`, since counting would be another request.
    """
    items, more = list(found[:limit]), len(found) > limit
    return {
        "items": items,
        "returned": len(items),
        "has_more": more,
        "next": items[-1]["id"] if more else None,
    }
