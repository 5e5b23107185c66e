"""Agents as Letta tells of them, 7 kB each, cut to what a caller can use."""

from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeAlias

from ltmc_server.letta.blocks import block

Raw: TypeAlias = Mapping[str, Any]
"""JSON from Letta; any field may be missing or null."""

Part: TypeAlias = Literal["blocks", "tools", "tags", "system"]
"""What is told of an agent only where it is asked for."""


def summary(raw: Raw) -> dict[str, Any]:
    """Return what tells an agent from others; of long texts the size."""
    return {
        "id": raw.get("id"),
        "name": raw.get("name"),
        "description": raw.get("description") or None,
        "model": raw.get("model") or (raw.get("llm_config") or {}).get("handle"),
        "created_at": raw.get("created_at"),
        "updated_at": raw.get("updated_at"),
        "messages_in_context": len(raw.get("message_ids") or ()),
        "system_chars": len(raw.get("system") or ""),
    }


def agent(raw: Raw, parts: Collection[Part] = ()) -> dict[str, Any]:
    """Return one agent, with those of its parts."""
    told = summary(raw) | {
        "agent_type": raw.get("agent_type"),
        "embedding": raw.get("embedding") or (raw.get("embedding_config") or {}).get("handle"),
    }
    if "system" in parts:
        told["system"] = raw.get("system") or ""
    if "blocks" in parts:
        told["blocks"] = [block(each) for each in _blocks(raw)]
    if "tools" in parts:
        told["tools"] = [
            {"id": each.get("id"), "name": each.get("name")} for each in raw.get("tools") or ()
        ]
    if "tags" in parts:
        told["tags"] = list(raw.get("tags") or ())
    return told


def unmet(asked: Raw, raw: Raw) -> list[str]:
    """Return which fields of a request to make or change an agent its answer does not show."""
    tools = raw.get("tools") or ()
    plain = ("name", "description", "system", "model", "embedding")
    shown = {
        **{name: (raw.get(name) or "") == asked.get(name) for name in plain},
        "tags": set(asked.get("tags", ())) == set(raw.get("tags") or ()),
        "tools": set(asked.get("tools", ())) <= {each.get("name") for each in tools},
        "tool_ids": set(asked.get("tool_ids", ())) <= {each.get("id") for each in tools},
        "memory_blocks": {(each["label"], each["value"]) for each in asked.get("memory_blocks", ())}
        <= {(each.get("label"), each.get("value")) for each in _blocks(raw)},
    }
    return [name for name, is_shown in shown.items() if name in asked and not is_shown]


def _blocks(raw: Raw) -> list[Raw]:
    # Letta tells the blocks at one of two places, and in some answers at both.
    return list(raw.get("blocks") or (raw.get("memory") or {}).get("blocks") or ())
