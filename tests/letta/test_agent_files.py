"""Agent files: read, silenced, and compared with the agent that was made of them."""

from typing import Any

import orjson
import pytest

from ltmc_server.letta.agent_files import AgentFile, NotAnAgentFile, differences, of_other_code

SYSTEM = {"id": "message-4", "role": "system", "content": "Be kind."}
SAID = {"id": "message-5", "role": "user", "content": "Hello."}


def file(**agent: object) -> AgentFile:
    """Return the file of an agent that was told something."""
    whole = {
        "agents": [
            {
                "name": "a",
                "system": "Be kind.",
                "tags": ["x", "y"],
                "messages": [SYSTEM, SAID],
                "in_context_message_ids": ["message-4", "message-5"],
                "tool_rules": [{"type": "run_first", "tool_name": "add", "args": None}],
            }
            | agent
        ],
        "blocks": [{"id": "block-0", "label": "human", "value": "tea"}],
        "tools": [{"id": "tool-0", "name": "add", "source_code": "def add(): ..."}],
        "metadata": {"revision_id": "1"},
    }
    return AgentFile.of(whole)


def made(**changed: object) -> dict[str, Any]:
    """Return the agent as Letta would tell of it."""
    return {
        "blocks": [{"id": "block-1b", "label": "human", "value": "tea"}],
        "tools": [{"id": "tool-9", "name": "add", "source_code": "def add(): ..."}],
        "tags": ["y", "x"],
        "system": "Be kind.",
        "tool_rules": [{"type": "run_first", "tool_name": "add"}],
    } | changed


def test_a_file_is_read_as_it_was_written() -> None:
    assert AgentFile.read(file().written()).whole == file().whole


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"3", b'{"agents": 1}'])
def test_what_is_no_agent_file_says_why(content: bytes) -> None:
    with pytest.raises(NotAnAgentFile, match=r"is no JSON|has no list"):
        AgentFile.read(content)


def test_a_silenced_file_keeps_what_the_system_said_and_all_else() -> None:
    silenced = file().silenced()

    assert silenced.agent["messages"] == [SYSTEM]
    assert silenced.agent["in_context_message_ids"] == ["message-4"]
    rest = {"messages", "in_context_message_ids"}
    assert {k: v for k, v in silenced.agent.items() if k not in rest} == {
        k: v for k, v in file().agent.items() if k not in rest
    }
    assert len(file().messages) == 2


def test_an_agent_without_messages_gets_one_of_the_system() -> None:
    mended = file(messages=[], in_context_message_ids=[]).able_to_talk()

    [message] = mended.messages
    assert (message["role"], message["content"][0]["text"]) == ("system", "Be kind.")
    assert mended.agent["in_context_message_ids"] == [message["id"]]
    assert file().able_to_talk().whole == file().whole


def test_an_agent_like_its_file_has_no_differences() -> None:
    assert differences(file(), made()) == []
    assert of_other_code(file(), made()) == []


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("blocks", [{"label": "human", "value": "coffee"}]),
        ("blocks", []),
        ("tools", []),
        ("tags", ["x"]),
        ("system", "Be short."),
        ("tool_rules", []),
    ],
)
def test_what_differs_is_named(what: str, value: object) -> None:
    assert differences(file(), made(**{what: value})) == [what]


def test_tools_of_other_code_are_named() -> None:
    tools = [{"name": "add", "source_code": "def add(): pass"}, {"name": "more"}]

    assert of_other_code(file(), made(tools=tools)) == ["add"]


def test_what_was_written_is_json_with_lines() -> None:
    content = file().written()

    assert content.count(b"\n") > 10
    assert orjson.loads(content) == file().whole
