"""Agents as files: what Letta exports and imports, JSON with everything but archival memory."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import orjson

from ltmc_server.dataclass import dataclass

Object: TypeAlias = dict[str, Any]

_LISTS: Final = ("agents", "blocks", "tools")
"""What a file has at least."""


class NotAnAgentFile(ValueError):
    """The text is no agent file, or not of one agent; says why."""


@dataclass(frozen=True, slots=True)
class AgentFile:
    """An agent with its blocks, tools and messages."""

    whole: Object

    @classmethod
    def read(cls, content: bytes) -> "AgentFile":
        """Read what `written` gave.

        Raises:
            NotAnAgentFile: it is something else.
        """
        try:
            return cls.of(orjson.loads(content))
        except orjson.JSONDecodeError as error:
            raise NotAnAgentFile(f"is no JSON: {error}") from error

    @classmethod
    def of(cls, whole: Any) -> "AgentFile":  # noqa: ANN401  JSON is anything
        """Take the JSON of a file. Raises as `read` does."""
        if not isinstance(whole, dict):
            raise NotAnAgentFile("is no JSON object")
        for name in _LISTS:
            held = whole.get(name)
            if not isinstance(held, list) or not all(isinstance(each, dict) for each in held):
                raise NotAnAgentFile(f"has no list of {name}")
        if len(whole["agents"]) != 1:
            raise NotAnAgentFile(f"holds {len(whole['agents'])} agents, not one")
        return cls(whole)

    @property
    def agent(self) -> Object:
        """The agent itself."""
        agent: Object = self.whole["agents"][0]
        return agent

    @property
    def name(self) -> str:
        """The name of the agent."""
        return str(self.agent.get("name") or "agent")

    @property
    def messages(self) -> list[Object]:
        """The messages that were in its context; the first is what the system told it."""
        messages: list[Object] = self.agent.get("messages") or []
        return messages

    def written(self) -> bytes:
        """Return it as a file."""
        return orjson.dumps(self.whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def silenced(self) -> "AgentFile":
        """Return it without what was said.

        The message of the system stays: an agent without any fails whenever it is spoken to. So
        a file that has none gets one, which Letta makes anew when the agent is spoken to.
        """
        first = next((each for each in self.messages if each.get("role") == "system"), None)
        system = first or {
            "type": "message",
            "id": "message-0",
            "role": "system",
            "content": [{"type": "text", "text": self.agent.get("system") or ""}],
        }
        agent = self.agent | {
            "messages": [system],
            "in_context_message_ids": [system.get("id")],
        }
        return AgentFile(self.whole | {"agents": [agent]})

    def able_to_talk(self) -> "AgentFile":
        """Return it as it is, with a message of the system if it has no message at all."""
        return self if self.agent.get("in_context_message_ids") else self.silenced()

    def counts(self) -> Object:
        """Return how much it holds."""
        return {
            "blocks": len(self.whole["blocks"]),
            "tools": len(self.whole["tools"]),
            "messages": len(self.messages),
        }


def differences(file: AgentFile, made: Mapping[str, Any]) -> list[str]:
    """Return in what an agent is not as its file says; empty if it is.

    Args:
        file: what it was made from.
        made: the agent as Letta tells of it, with its blocks, tools and tags.
    """
    wanted = {
        "blocks": _values(file.whole["blocks"]),
        "tools": {tool.get("name") for tool in file.whole["tools"]},
        "tags": set(file.agent.get("tags") or ()),
        "system": file.agent.get("system"),
        "tool_rules": [_rule(each) for each in file.agent.get("tool_rules") or ()],
    }
    found = {
        "blocks": _values(made.get("blocks") or ()),
        "tools": {tool.get("name") for tool in made.get("tools") or ()},
        "tags": set(made.get("tags") or ()),
        "system": made.get("system"),
        "tool_rules": [_rule(each) for each in made.get("tool_rules") or ()],
    }
    return [name for name in wanted if wanted[name] != found[name]]


def of_other_code(file: AgentFile, made: Mapping[str, Any]) -> list[str]:
    """Return the names of tools that have other code on the server than in the file."""
    codes = {tool.get("name"): tool.get("source_code") for tool in file.whole["tools"]}
    return sorted(
        str(tool["name"])
        for tool in made.get("tools") or ()
        if tool.get("name") in codes and tool.get("source_code") != codes[tool["name"]]
    )


def _values(blocks: Any) -> dict[str, str]:  # noqa: ANN401  a sequence of JSON objects
    return {block.get("label"): block.get("value") for block in blocks}


def _rule(rule: Mapping[str, Any]) -> tuple[Any, Any]:
    return rule.get("type"), rule.get("tool_name")
