"""One turn of an agent: what it did in answer to a message, told at once or piece by piece."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.letta.errors import LettaUnavailable
from ltmc_server.letta.messages import Raw, arguments_of, calls_of, returns_of, text_of

LOOK_THERE: Final = "The message may be kept: letta_get_conversation_history shows what was done."

FAILED: Final = frozenset(
    {
        *("error", "llm_api_error", "invalid_llm_response", "invalid_tool_call", "no_tool_call"),
        *("insufficient_credits", "context_window_overflow_in_system_prompt", "cancelled"),
    }
)
"""Why a turn stops that came to nothing; any other end is an answer."""


@dataclass(eq=False)
class Turn:
    """Collects whole messages, or the pieces of a stream: the result is the same."""

    texts: dict[str, str] = field(default_factory=dict)
    thoughts: dict[str, str] = field(default_factory=dict)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the id of the call."""
    stop_reason: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""

    @classmethod
    def of(cls, answer: Raw) -> "Turn":
        """Return the turn that a whole answer tells of."""
        turn = cls()
        for each in (*(answer.get("messages") or ()), answer.get("stop_reason") or {}):
            turn.add(each)
        turn.usage = answer.get("usage") or {}
        return turn

    def add(self, raw: Raw) -> str:
        """Take a message, or a piece of one; return the text of the answer that came with it."""
        # Pieces of one part share its `otid`; parts of one stored message share only its `id`.
        key = str(raw.get("otid") or raw.get("id"))
        match raw.get("message_type"):
            case "assistant_message":
                piece = text_of(raw.get("content"))
                self.texts[key] = self.texts.get(key, "") + piece
                return piece
            case "reasoning_message":
                thought = str(raw.get("reasoning") or "")
                self.thoughts[key] = self.thoughts.get(key, "") + thought
            case "tool_call_message" | "approval_request_message":
                for call in calls_of(raw):
                    self._call(call)
            case "tool_return_message":
                for given in returns_of(raw):
                    call = self.calls.setdefault(str(given.pop("call_id")), {})
                    call.setdefault("name", raw.get("name"))
                    call |= given
            case _:
                self._end(raw)
        return ""

    def result(self) -> dict[str, Any]:
        """Return what was said and done.

        Raises:
            LettaUnavailable: the turn broke off, or the model came to no answer.
        """
        if self.failure or self.stop_reason in FAILED:
            why = ": ".join(filter(None, (self.stop_reason, self.failure[:500])))
            raise LettaUnavailable(f"began to answer and failed ({why})", LOOK_THERE)
        if not self.stop_reason:
            raise LettaUnavailable("broke off its answer", LOOK_THERE)
        return {
            "text": "\n\n".join(filter(None, (each.strip() for each in self.texts.values()))),
            "reasoning": "\n".join(each.strip() for each in self.thoughts.values()) or None,
            "tool_calls": [
                {"id": id} | call | {"arguments": arguments_of(str(call.get("arguments") or ""))}
                for id, call in self.calls.items()
            ]
            or None,
            "stop_reason": self.stop_reason,
            "usage": {
                "prompt_tokens": self.usage.get("prompt_tokens"),
                "completion_tokens": self.usage.get("completion_tokens"),
                "total_tokens": self.usage.get("total_tokens"),
                "steps": self.usage.get("step_count"),
            },
        }

    def _call(self, call: Raw) -> None:
        id = str(call.get("tool_call_id") or next(reversed(self.calls), ""))
        held = self.calls.setdefault(id, {"name": None, "arguments": ""})
        held["name"] = call.get("name") or held["name"]
        held["arguments"] += str(call.get("arguments") or "")

    def _end(self, raw: Raw) -> None:
        """Take what says how the turn ended; a ping, or what is new to us, says nothing."""
        match raw.get("message_type"):
            case "stop_reason":
                self.stop_reason = str(raw.get("stop_reason"))
            case "usage_statistics":
                self.usage = raw
            case "error_message":
                self.failure = str(raw.get("detail") or raw.get("message") or "an error")
            case None if "error" in raw:
                self.failure = str(raw["error"])
            case _:
                pass
