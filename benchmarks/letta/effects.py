"""Whether a step did what it was to do, asked of Letta itself, and how to take it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.letta.letta_http import LettaHttp
from benchmarks.letta.steps import BLOCK, Kind, Step

LATEST: Final = 50
"""Messages and passages that are looked through; an agent has fewer, they are taken back."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What Letta says of the effects of steps; never timed."""

    letta: LettaHttp

    def missing(self, step: Step, said: str) -> str:
        """Return why a step has not been taken whatever was answered; empty if it has been."""
        if lacking := step.missing_from(said):
            return f"{step.kind}: the answer lacks {lacking[:60]!r}"
        check = CHECKS.get(step.kind)
        return check(self.letta, step, said) if check else ""

    def undo(self, step: Step) -> None:
        """Take back what would make the next turn another one; what is not there is no failure."""
        path = f"/v1/agents/{step.agent}"
        match step.kind:
            case "attach":
                self.letta.ask("PATCH", f"{path}/tools/detach/{step.tool}")
            case "insert":
                for passage in _passages(self.letta, step):
                    if passage["text"] == step.text:
                        self.letta.ask("DELETE", f"{path}/archival-memory/{passage['id']}")
            case "send":
                self.letta.ask(
                    "PATCH", f"{path}/reset-messages", json={"add_default_initial_messages": False}
                )


def _written(letta: LettaHttp, step: Step, said: str) -> str:
    path = f"/v1/agents/{step.agent}/core-memory/blocks/{BLOCK}"
    found = letta.ask("GET", path)["value"]
    return "" if found == step.text else f"write_memory: no effect, the block holds {found[:60]!r}"


def _sent(letta: LettaHttp, step: Step, said: str) -> str:
    params = {"limit": LATEST, "order": "desc"}
    messages = letta.ask("GET", f"/v1/agents/{step.agent}/messages", params=params)
    if not any(_text(one) == step.text for one in messages if _is(one, "user_message")):
        return "send: no effect, the message is not in the history"
    replies = [_text(one) for one in messages if _is(one, "assistant_message")]
    if not any(reply and reply in said for reply in replies):
        return "send: the answer is not what the agent replied"
    return ""


def _attached(letta: LettaHttp, step: Step, said: str) -> str:
    tools = letta.ask("GET", f"/v1/agents/{step.agent}/tools")
    held = any(tool["id"] == step.tool for tool in tools)
    return "" if held else "attach: no effect, the agent has no such tool"


def _inserted(letta: LettaHttp, step: Step, said: str) -> str:
    held = any(passage["text"] == step.text for passage in _passages(letta, step))
    return "" if held else "insert: no effect, the passage is not in the archive"


CHECKS: Final[Mapping[Kind, Callable[[LettaHttp, Step, str], str]]] = {
    "write_memory": _written,
    "send": _sent,
    "attach": _attached,
    "insert": _inserted,
}


def _passages(letta: LettaHttp, step: Step) -> list[dict[str, Any]]:
    params = {"limit": LATEST, "ascending": False}
    found = letta.ask("GET", f"/v1/agents/{step.agent}/archival-memory", params=params)
    assert isinstance(found, list)
    return found


def _is(message: dict[str, Any], kind: str) -> bool:
    return bool(message["message_type"] == kind)


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)
