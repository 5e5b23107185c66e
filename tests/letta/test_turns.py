"""A turn that is told at once and one that comes in pieces are the same turn."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ltmc_server.letta.errors import LettaUnavailable
from ltmc_server.letta.turns import FAILED, Turn

STOP = {"message_type": "stop_reason", "stop_reason": "end_turn"}
USAGE = {"message_type": "usage_statistics", "total_tokens": 3, "step_count": 1}


def said(text: str, otid: str = "o1") -> dict[str, Any]:
    return {"message_type": "assistant_message", "id": "m1", "otid": otid, "content": text}


def called(**call: str) -> dict[str, Any]:
    return {"message_type": "tool_call_message", "id": "m0", "tool_calls": call, "tool_call": call}


@given(st.lists(st.text(min_size=1), min_size=1), st.lists(st.text(max_size=5)))
def test_pieces_add_up_to_the_whole(pieces: list[str], more: list[str]) -> None:
    streamed = Turn()
    told = [streamed.add(said(each)) for each in pieces]
    for each in [*(said(text, "o2") for text in more), STOP, USAGE]:
        streamed.add(each)

    messages = [said("".join(pieces)), *([said("".join(more), "o2")] if more else [])]
    whole = Turn.of({"messages": messages, "stop_reason": STOP, "usage": USAGE})

    assert "".join(told) == "".join(pieces)
    assert streamed.result() == whole.result()


def test_what_is_said_in_two_parts_is_two_paragraphs() -> None:
    turn = Turn.of({"messages": [said("One."), said("Two.", "o2")], "stop_reason": STOP})

    assert turn.result()["text"] == "One.\n\nTwo."


def test_a_call_comes_in_pieces_too_and_gets_its_result() -> None:
    turn = Turn()
    turn.add(called(name="brew", tool_call_id="c1"))
    turn.add(called(arguments='{"tea":', tool_call_id="c1"))
    turn.add(called(arguments=' "oolong"}'))
    turn.add(
        {
            "message_type": "tool_return_message",
            "name": "brew",
            "tool_return": "done",
            "status": "success",
            "tool_call_id": "c1",
        }
    )
    turn.add(STOP)

    [call] = turn.result()["tool_calls"]

    assert (call["id"], call["name"], call["arguments"]) == ("c1", "brew", {"tea": "oolong"})
    assert (call["status"], call["result"]) == ("success", "done")


def test_a_turn_that_breaks_off_is_no_answer() -> None:
    turn = Turn()
    turn.add(said("Half"))

    with pytest.raises(LettaUnavailable, match="broke off its answer") as caught:
        turn.result()
    assert "letta_get_conversation_history" in str(caught.value.hint)


@pytest.mark.parametrize("reason", sorted(FAILED))
def test_a_turn_that_came_to_nothing_is_no_answer(reason: str) -> None:
    turn = Turn.of({"messages": [], "stop_reason": {**STOP, "stop_reason": reason}})

    with pytest.raises(LettaUnavailable, match=reason):
        turn.result()


@pytest.mark.parametrize(
    "event",
    [
        {"message_type": "error_message", "message": "An error.", "detail": "no more credits"},
        {"error": {"detail": "no more credits"}},
    ],
)
def test_an_error_in_the_stream_is_told(event: dict[str, Any]) -> None:
    turn = Turn()
    for each in (said("Half"), event, STOP):
        turn.add(each)

    with pytest.raises(LettaUnavailable, match="no more credits"):
        turn.result()
