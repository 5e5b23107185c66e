"""Messages of a conversation as Letta tells of them, made one entry for each that it stores.

Letta tells a stored message in parts: what the agent thought, said, and called are three objects
with one id. Here they are one entry again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import orjson

Raw: TypeAlias = Mapping[str, Any]
Entry: TypeAlias = dict[str, Any]

SAYING: Final = "send_message"
"""The tool through which agents of the older kinds speak."""

_ROLES: Final = {
    "user_message": "user",
    "system_message": "system",
    "tool_return_message": "tool",
    "assistant_message": "assistant",
    "reasoning_message": "assistant",
    "hidden_reasoning_message": "assistant",
    "tool_call_message": "assistant",
    "approval_request_message": "assistant",
    "approval_response_message": "user",
    "summary_message": "summary",
}


def entries(found: Iterable[Raw]) -> list[Entry]:
    """Return stored messages, oldest first; the order of the parts is the order given."""
    by_id: dict[str, Entry] = {}
    for raw in found:
        id = str(raw.get("id"))
        role = _ROLES.get(str(raw.get("message_type")), str(raw.get("message_type")))
        entry = by_id.setdefault(id, {"id": id, "role": role, "date": raw.get("date")})
        _merge(entry, raw)
    return list(by_id.values())


def text_of(content: object) -> str:
    """Return the text of a message, whose content may be text or a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return ""
    parts = [part for part in content if isinstance(part, Mapping)]
    return "\n".join(str(part.get("text") or f"[{part.get('type')}]") for part in parts)


def calls_of(raw: Raw) -> list[Raw]:
    """Return the tool calls of a message, or the pieces of them that a stream brings."""
    calls = raw.get("tool_calls")
    if isinstance(calls, Mapping):
        return [calls]
    return list(calls or filter(None, [raw.get("tool_call")]))


def returns_of(raw: Raw) -> list[Entry]:
    """Return what tools gave back, each under the id of its call."""
    return [
        {
            "call_id": each.get("tool_call_id"),
            "status": each.get("status"),
            "result": text_of(each.get("tool_return")),
            "stderr": "\n".join(each.get("stderr") or ()) or None,
        }
        for each in raw.get("tool_returns") or [raw]
    ]


def arguments_of(text: str) -> object:
    """Return the arguments of a call as the object they are, or as text where they are none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def said_by_tool(name: object, arguments: object) -> str | None:
    """Return what an agent said through its tool for that; None if the call is another."""
    if name != SAYING or not isinstance(arguments, Mapping):
        return None
    said = arguments.get("message")
    return said if isinstance(said, str) else None


def matching(found: Sequence[Entry], query: str, most: int) -> list[Entry]:
    """Return at most `most` entries that hold every word of the query, the newest first."""
    words = query.casefold().split()
    hits = (
        {name: entry[name] for name in ("id", "role", "date", "text")}
        for entry in reversed(found)
        if "text" in entry and all(word in entry["text"].casefold() for word in words)
    )
    return [hit for hit, _ in zip(hits, range(most), strict=False)]


def found_messages(found: Iterable[Raw]) -> list[Entry]:
    """Return what Letta's own search found, best first."""
    return [
        {
            "id": raw.get("message_id"),
            "role": _ROLES.get(str(raw.get("message_type")), raw.get("message_type")),
            "date": raw.get("created_at"),
            "text": text_of(raw.get("content") or raw.get("reasoning")),
        }
        for raw in found
    ]


def _merge(entry: Entry, raw: Raw) -> None:
    """Put one part of a message into its entry."""
    match raw.get("message_type"):
        case "user_message" | "assistant_message":
            _append(entry, "text", text_of(raw.get("content")))
        case "system_message":
            # It repeats the system prompt and every block; who wants them asks for those.
            entry["chars"] = len(text_of(raw.get("content")))
        case "reasoning_message":
            _append(entry, "reasoning", str(raw.get("reasoning") or ""))
        case "summary_message":
            _append(entry, "text", str(raw.get("summary") or ""))
        case "tool_call_message" | "approval_request_message":
            for call in calls_of(raw):
                _merge_call(entry, call)
        case "tool_return_message":
            entry.setdefault("tool", raw.get("name"))
            entry.setdefault("results", []).extend(returns_of(raw))
        case "approval_response_message":
            entry["approved"] = raw.get("approve")
        case _:
            pass


def _merge_call(entry: Entry, call: Raw) -> None:
    arguments = arguments_of(str(call.get("arguments") or ""))
    said = said_by_tool(call.get("name"), arguments)
    if said is not None:
        _append(entry, "text", said)
        if isinstance(arguments, Mapping) and isinstance(thought := arguments.get("thinking"), str):
            _append(entry, "reasoning", thought)
        return
    told = {"id": call.get("tool_call_id"), "name": call.get("name"), "arguments": arguments}
    entry.setdefault("tool_calls", []).append(told)


def _append(entry: Entry, name: str, text: str) -> None:
    if text:
        entry[name] = f"{entry[name]}\n{text}" if entry.get(name) else text
    else:
        entry.setdefault(name, "")
