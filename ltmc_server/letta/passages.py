"""Passages of archival memory as Letta tells of them, without their embeddings of 40 kB."""

from collections.abc import Mapping
from typing import Any


def passage(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return one passage, as it is listed or as it is found: Letta calls its fields differently."""
    return {
        "id": raw.get("id"),
        "text": raw.get("text") or raw.get("content") or "",
        "tags": list(raw.get("tags") or ()) or None,
        "created_at": raw.get("created_at") or raw.get("timestamp"),
    }
