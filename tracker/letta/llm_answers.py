"""What the stub of a language model answers: decided by the request alone, so always the same.

It understands nothing. A user's message `CALL tool {…}` makes it call that tool, once; any other
gets a reply that is its digest. Texts that share words have embeddings that are near each other.
"""

import functools
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Json: TypeAlias = Mapping[str, Any]

DIMENSION: Final = 1_536
"""Of text-embedding-3-small, which Letta takes it for."""

COORDINATES: Final = 12
"""Set by each word: few enough that two words seldom meet in one."""

CHARACTERS_A_TOKEN: Final = 4
"""For the usage it reports, roughly; whoever counts wants a figure, not a tokenizer."""

CALL: Final = re.compile(r"\bCALL (\w+) (?=\{)")

SPEAKS: Final = "send_message"
"""The tool through which agents of Letta's older kinds speak."""

THOUGHTS: Final = ("thinking", "inner_thoughts")


@dataclass(frozen=True, slots=True)
class Reply:
    """A text, or a call of a tool."""

    text: str | None
    tool: str | None = None
    arguments: str = ""
    """JSON."""

    @property
    def finish_reason(self) -> str:
        return "tool_calls" if self.tool else "stop"


def reply(request: Json) -> Reply:
    """Answer a request for a chat completion."""
    tools = {
        each["function"]["name"]: each["function"] for each in request.get("tools") or () if each
    }
    role, text = _last_said(request.get("messages") or ())
    if role == "user" and (called := _called(text)) and called[0] in tools:
        return Reply(None, called[0], json.dumps(called[1]))
    said = f"stub-reply:{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    if SPEAKS not in tools:
        return Reply(said)
    takes = tools[SPEAKS].get("parameters", {}).get("properties", {})
    thoughts = {name: "ok" for name in THOUGHTS if name in takes}
    return Reply(None, SPEAKS, json.dumps({**thoughts, "message": said}))


def usage(request: Json, reply: Reply) -> dict[str, int]:
    """Return how many tokens it took, roughly."""
    asked = sum(len(_text(each.get("content"))) for each in request.get("messages") or ())
    prompt = asked // CHARACTERS_A_TOKEN
    completion = max(1, len(reply.text or reply.arguments) // CHARACTERS_A_TOKEN)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


@functools.lru_cache(maxsize=1_024)
def embedding(text: str, dimension: int = DIMENSION) -> tuple[float, ...]:
    """Return a unit vector: equal for equal words, and nearer the more words two texts share."""
    vector = [0.0] * dimension
    for word in re.findall(r"\w+", text.lower()) or [text]:
        digest = hashlib.blake2b(word.encode(), digest_size=3 * COORDINATES).digest()
        for first in range(0, len(digest), 3):
            index = int.from_bytes(digest[first : first + 2]) % dimension
            vector[index] += 1.0 if digest[first + 2] & 1 else -1.0
    length = math.sqrt(math.fsum(each * each for each in vector)) or 1.0
    return tuple(each / length for each in vector)


def _last_said(messages: Sequence[Json]) -> tuple[str, str]:
    """Return the role and the text of the last message that is not the model's own."""
    for message in reversed(messages):
        if message.get("role") in {"user", "tool"}:
            return message["role"], _text(message.get("content"))
    return "", ""


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def _called(text: str) -> tuple[str, Any] | None:
    """Read `CALL tool {…}`; None when there is none, or no JSON in it."""
    # Letta wraps what the user says in JSON of its own, and so escapes the quotes.
    for said in (text, text.replace('\\"', '"')):
        if match := CALL.search(said):
            try:
                return match[1], json.JSONDecoder().raw_decode(said, match.end())[0]
            except ValueError:
                continue
    return None
