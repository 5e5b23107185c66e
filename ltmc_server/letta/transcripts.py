"""A conversation as one text."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

import orjson

from ltmc_server.letta.messages import Entry

Format: TypeAlias = Literal["markdown", "json", "text"]

_TOOLS = ("reasoning", "tool_calls", "results")


def transcript(found: Sequence[Entry], format: Format, *, with_tools: bool) -> tuple[str, int]:
    """Return the text of a conversation, oldest first, and how many messages it holds.

    System messages are left out: they repeat the prompt. Without tools, so is what the agent
    thought, called and got back.
    """
    told = [kept for entry in found if (kept := _kept(entry, with_tools=with_tools))]
    match format:
        case "json":
            return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode(), len(told)
        case "markdown":
            parts = [f"## {_who(one)}\n\n{_body(one, '> ')}" for one in told]
        case "text":
            parts = [f"[{_who(one)}]\n{_body(one, '')}" for one in told]
    return "\n\n".join(parts) + "\n" * bool(parts), len(told)


def _kept(entry: Entry, *, with_tools: bool) -> Entry | None:
    kept = {
        name: value
        for name, value in entry.items()
        if value is not None and (with_tools or name not in _TOOLS)
    }
    says = any(kept.get(name) for name in ("text", *_TOOLS))
    return kept if says and entry["role"] != "system" else None


def _who(entry: Entry) -> str:
    return " · ".join(str(entry[name]) for name in ("role", "date") if name in entry)


def _body(entry: Entry, quote: str) -> str:
    """Return what was said; what was not said is quoted where the format can."""
    parts = []
    if entry.get("reasoning"):
        parts.append(_quoted(f"thought: {entry['reasoning']}", quote))
    if entry.get("text"):
        parts.append(entry["text"])
    parts += [_quoted(line, quote) for line in _tools(entry)]
    return "\n\n".join(parts)


def _tools(entry: Entry) -> Iterator[str]:
    for call in entry.get("tool_calls") or ():
        yield f"called {call['name']} {orjson.dumps(call['arguments']).decode()}"
    for given in entry.get("results") or ():
        yield f"{entry.get('tool')} returned ({given['status']}): {given['result']}"


def _quoted(text: str, quote: str) -> str:
    lines: Iterable[str] = text.splitlines() or ("",)
    return "\n".join(quote + line for line in lines)
