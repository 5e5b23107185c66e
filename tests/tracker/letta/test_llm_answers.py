"""What the stub of a language model decides."""

import json
import math

import pytest
from hypothesis import given, strategies as st

from tracker.letta.llm_answers import DIMENSION, embedding, reply, usage

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=1, max_size=12)
ROLL = {"type": "function", "function": {"name": "roll", "parameters": {}}}


def asked(text: object, *tools: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": text}], "tools": list(tools)}


def nearness(one: str, other: str) -> float:
    return math.fsum(a * b for a, b in zip(embedding(one), embedding(other), strict=True))


def test_a_reply_depends_on_what_was_said_last() -> None:
    before = {"role": "assistant", "content": "other"}
    later = {"messages": [before, {"role": "user", "content": "hello"}, before]}

    assert reply(asked("hello")) == reply(later)
    assert reply(asked("hello")) != reply(asked("hullo"))
    assert reply(asked([{"type": "text", "text": "hello"}])) == reply(asked("hello"))


@pytest.mark.parametrize(
    "said",
    [
        'CALL roll {"sides": 6}',
        'please CALL roll {"sides": 6} now',
        json.dumps({"type": "user_message", "message": 'CALL roll {"sides": 6}'}),
    ],
)
def test_a_call_that_is_asked_for_is_made(said: str) -> None:
    answer = reply(asked(said, ROLL))

    assert (answer.tool, json.loads(answer.arguments)) == ("roll", {"sides": 6})
    assert answer.finish_reason == "tool_calls"


@pytest.mark.parametrize("said", ['CALL fly {"up": 1}', "CALL roll {sides", "CALL roll", "roll"])
def test_what_can_not_be_called_gets_a_text(said: str) -> None:
    assert (reply(asked(said, ROLL)).text or "").startswith("stub-reply:")


def test_the_result_of_a_tool_is_answered_and_not_called_again() -> None:
    messages = [
        {"role": "user", "content": "CALL roll {}"},
        {"role": "tool", "content": "CALL roll {}"},
    ]

    assert reply({"messages": messages, "tools": [ROLL]}).tool is None


def test_an_agent_that_speaks_through_a_tool_is_answered_through_it() -> None:
    properties: dict[str, object] = {"message": {}, "thinking": {}}
    speak = {"function": {"name": "send_message", "parameters": {"properties": properties}}}

    answer = reply(asked("hello", speak))

    assert answer.tool == "send_message"
    assert json.loads(answer.arguments) == {"thinking": "ok", "message": reply(asked("hello")).text}


def test_usage_adds_up() -> None:
    used = usage(asked("x" * 400), reply(asked("x" * 400)))

    assert used["prompt_tokens"] == 100
    assert used["total_tokens"] == used["prompt_tokens"] + used["completion_tokens"]


@given(WORDS)
def test_embeddings_are_unit_vectors_that_forget_the_order_of_words(words: list[str]) -> None:
    vector = embedding(" ".join(words))

    assert len(vector) == DIMENSION
    assert math.isclose(math.fsum(each * each for each in vector), 1.0)
    assert vector == pytest.approx(embedding(" ".join(reversed(words))))


def test_texts_that_share_words_are_nearer() -> None:
    sky = "the sky is blue today"

    assert nearness(sky, "what is blue") > nearness(sky, "cats eat fish") + 0.2
    assert nearness(sky, "the sky was blue today") > nearness(sky, "what is blue")
    assert nearness(sky, "Today, the SKY is blue!") == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", "…", "天空"])
def test_texts_without_words_have_embeddings_too(text: str) -> None:
    assert nearness(text, text) == pytest.approx(1.0)
