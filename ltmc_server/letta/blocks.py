"""Blocks of memory as Letta tells of them, cut to what a caller can use."""

from collections.abc import Mapping
from typing import Any


def block(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return one block; its `limit` is what Letta says, which it does not enforce."""
    return {
        "label": raw.get("label"),
        "value": raw.get("value") or "",
        "description": raw.get("description") or None,
        "limit": raw.get("limit"),
        "read_only": raw.get("read_only") or None,
        "id": raw.get("id"),
    }
