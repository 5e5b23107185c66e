"""Talking to agents, and what was said."""

import json

import pytest

from ltmc_server.observability.progress import reporting
from tests.tools.letta.letta_tools import NOBODY, Bridge

pytestmark = pytest.mark.anyio

REMEMBER = 'CALL core_memory_append {"label": "human", "content": "Likes oolong."}'
"""The stub of a model calls the tool that it is told to."""


async def test_the_answer_is_told_once_with_what_it_cost(bridge: Bridge) -> None:
    agent = bridge.agent()

    told = await bridge.call("send_message", agent_id=agent.id, message="hello")

    assert told.keys() == {"text", "stop_reason", "usage"}
    assert told["text"].startswith("stub-reply:")
    assert told["stop_reason"] == "end_turn"
    assert told["usage"]["steps"] == 1
    assert told["usage"]["total_tokens"] > told["usage"]["completion_tokens"] > 0
    kept = bridge.direct.agents.messages.list(agent.id, limit=50).items
    assert [each.content for each in kept[-2:]] == ["hello", told["text"]]  # type: ignore[union-attr]


async def test_a_tool_call_is_told_with_its_result(bridge: Bridge) -> None:
    agent = bridge.agent(tools=["core_memory_append"])

    told = await bridge.call("send_message", agent_id=agent.id, message=REMEMBER)

    [call] = told["tool_calls"]
    assert (call["name"], call["status"]) == ("core_memory_append", "success")
    assert call["arguments"] == {"label": "human", "content": "Likes oolong."}
    assert "result" in call
    assert told["usage"]["steps"] == 2
    assert told["text"].startswith("stub-reply:")


async def test_a_stream_is_told_as_it_comes_and_ends_in_the_same_result(bridge: Bridge) -> None:
    first, second = (bridge.agent(tools=["core_memory_append"]) for _ in range(2))
    pieces: list[tuple[float, float | None, str]] = []

    with reporting(lambda *one: pieces.append(one)):
        streamed = await bridge.call(
            "send_message", agent_id=first.id, message=REMEMBER, stream=True
        )
    whole = await bridge.call("send_message", agent_id=second.id, message=REMEMBER)

    assert len(pieces) > 1
    assert "".join(text for _, _, text in pieces) == streamed["text"]
    assert [done for done, _, _ in pieces] == sorted({done for done, _, _ in pieces})
    for told in (streamed, whole):
        told["text"] = told["text"].partition(":")[0]  # it depends on the history
        del told["tool_calls"][0]["id"], told["usage"]
    assert streamed == whole
    assert list(streamed) == list(whole)


async def test_what_an_agent_of_the_older_kind_says_is_text_too(bridge: Bridge) -> None:
    if not bridge.is_real:
        pytest.skip("the stand-in has agents of the newest kind only")
    agent = bridge.agent(agent_type="memgpt_v2_agent", include_base_tools=True)

    told = await bridge.call("send_message", agent_id=agent.id, message="hello")
    streamed = await bridge.call("send_message", agent_id=agent.id, message="hello", stream=True)
    history = await bridge.call("get_conversation_history", agent_id=agent.id, limit=8)
    export = await bridge.call("export_conversation", agent_id=agent.id, format="text")

    assert told["text"].startswith("stub-reply:")
    assert (streamed["text"], streamed["reasoning"]) == (told["text"], told["reasoning"])
    said = [each["text"] for each in history["items"] if each["role"] == "assistant"]
    assert said[:2] == [told["text"], told["text"]]
    # Letta hides some of its messages from whoever does not ask for all: a page is whole here.
    assert (history["returned"], history["has_more"]) == (8, True)
    assert export["content"].count("hello") == 2


@pytest.mark.parametrize("stream", [False, True])
async def test_nobody_is_not_talked_to(bridge: Bridge, stream: bool) -> None:
    error = await bridge.refused("send_message", agent_id=NOBODY, message="hello", stream=stream)

    assert (error["code"], error["status"]) == ("letta_refused", 404)
    assert "letta_list_agents" in error["hint"]


async def test_a_message_out_of_bounds_is_refused(bridge: Bridge) -> None:
    empty = await bridge.refused("send_message", agent_id=NOBODY, message="")
    long = await bridge.refused("send_message", agent_id=NOBODY, message="x" * 100_001)

    assert "message: string should have at least 1 character" in empty["message"]
    assert "message: string should have at most 100000 characters" in long["message"]


async def test_history_is_the_newest_page_and_users_are_heard(bridge: Bridge) -> None:
    agent = bridge.agent(tools=["core_memory_append"])
    bridge.said(agent.id, "first", REMEMBER)

    told = await bridge.call("get_conversation_history", agent_id=agent.id)

    answer, result, call, asked, *_, opening = told["items"]
    assert (asked["role"], asked["text"]) == ("user", REMEMBER)
    assert (call["role"], call["tool_calls"][0]["name"]) == ("assistant", "core_memory_append")
    assert call["tool_calls"][0]["arguments"]["content"] == "Likes oolong."
    assert (result["role"], result["tool"]) == ("tool", "core_memory_append")
    assert result["results"][0]["call_id"] == call["tool_calls"][0]["id"]
    assert result["results"][0]["status"] == "success"
    assert (answer["role"], answer["text"][:11]) == ("assistant", "stub-reply:")
    assert (opening["role"], opening["chars"] > 1_000) == ("system", True)
    assert "text" not in opening
    assert all("date" in each for each in told["items"])
    assert not told["has_more"]


async def test_history_goes_on_before_the_last_and_ends(bridge: Bridge) -> None:
    agent = bridge.agent()
    bridge.said(agent.id, "one", "two", "three")
    found: list[str] = []
    more, pages = True, 0
    before = None

    while more and pages < 10:
        told = await bridge.call(
            "get_conversation_history", agent_id=agent.id, limit=2, before=before
        )
        found += [each["text"] for each in told["items"] if each["role"] == "user"]
        more, before, pages = told["has_more"], told.get("next"), pages + 1

    # A system message, three questions and three answers.
    assert (pages, found) == (4, ["three", "two", "one"])


async def test_history_before_a_message_that_is_not_there_is_refused(bridge: Bridge) -> None:
    agent = bridge.agent()

    unknown = await bridge.refused(
        "get_conversation_history", agent_id=agent.id, before=NOBODY.replace("agent", "message")
    )
    broken = await bridge.refused("get_conversation_history", agent_id=agent.id, before="first")

    assert (unknown["code"], unknown["status"]) == ("letta_refused", 404)
    assert "before: string should match pattern" in broken["message"]


async def test_a_conversation_is_exported_as_markdown_and_as_text(bridge: Bridge) -> None:
    agent = bridge.agent(tools=["core_memory_append"])
    bridge.said(agent.id, "hello", REMEMBER)

    plain = await bridge.call("export_conversation", agent_id=agent.id, format="text")
    markdown = await bridge.call("export_conversation", agent_id=agent.id, include_tools=True)

    assert plain["message_count"] == 4
    assert plain["content"].startswith("[user · ")
    assert "\nhello\n\n[assistant · " in plain["content"]
    assert "returned" not in plain["content"]
    assert markdown["message_count"] == 6
    assert "## user · " in markdown["content"]
    assert "> called core_memory_append {" in markdown["content"]
    assert "> core_memory_append returned (success): " in markdown["content"]
    assert not markdown["has_more"]


async def test_an_export_as_json_is_json(bridge: Bridge) -> None:
    agent = bridge.agent()
    bridge.said(agent.id, "hello")

    told = await bridge.call("export_conversation", agent_id=agent.id, format="json")

    question, answer = json.loads(told["content"])
    assert (question["role"], question["text"]) == ("user", "hello")
    assert answer["text"].startswith("stub-reply:")


async def test_a_long_export_is_bounded_says_so_and_is_read_on(bridge: Bridge) -> None:
    agent = bridge.agent()
    bridge.said(agent.id, "one", "two " * 8_000)

    cut = await bridge.call("export_conversation", agent_id=agent.id, limit=2, format="text")
    rest = await bridge.call(
        "export_conversation",
        agent_id=agent.id,
        limit=2,
        format="text",
        from_char=len(cut["content"]),
    )

    assert cut["has_more"]
    assert (cut["message_count"], cut["truncated"]) == (2, True)
    assert "one" not in cut["content"]
    assert rest["chars_total"] == cut["chars_total"] - len(cut["content"])


async def test_an_export_of_nobody_or_as_nothing_known_is_refused(bridge: Bridge) -> None:
    nobody = await bridge.refused("export_conversation", agent_id=NOBODY)
    format = await bridge.refused("export_conversation", agent_id=NOBODY, format="pdf", limit=0)

    assert (nobody["code"], nobody["status"]) == ("letta_refused", 404)
    assert "format: input should be 'markdown', 'json' or 'text'" in format["message"]
    assert "limit: input should be greater than or equal to 1" in format["message"]
