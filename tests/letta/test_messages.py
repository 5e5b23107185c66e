"""Stored messages, put together again from the parts in which Letta tells them."""

from typing import Any

from ltmc_server.letta.messages import calls_of, entries, found_messages, matching, text_of
from ltmc_server.letta.pages import page
from ltmc_server.letta.transcripts import transcript


def raw(id: str, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    return {"id": id, "date": "2026-11-22T08:00:00+00:00", "message_type": kind} | fields


TURN = [
    raw("m1", "user_message", content=[{"type": "text", "text": "Which tea?"}, {"type": "image"}]),
    raw("m2", "reasoning_message", reasoning="Look it up."),
    raw(
        "m2",
        "tool_call_message",
        tool_calls=[{"name": "look", "arguments": '{"in": null}', "tool_call_id": "c1"}],
    ),
    raw(
        "m3",
        "tool_return_message",
        name="look",
        tool_returns=[{"tool_return": "oolong", "status": "success", "tool_call_id": "c1"}],
    ),
    raw("m4", "assistant_message", content="Oolong."),
]


def test_parts_of_one_message_are_one_entry() -> None:
    asked, thought, looked, said = entries(TURN)

    assert asked["text"] == "Which tea?\n[image]"
    assert thought["reasoning"] == "Look it up."
    assert thought["tool_calls"] == [{"id": "c1", "name": "look", "arguments": {"in": None}}]
    assert looked["results"][0]["result"] == "oolong"
    assert (said["role"], said["text"]) == ("assistant", "Oolong.")


def test_what_is_said_through_a_tool_is_said() -> None:
    call = {
        "name": "send_message",
        "arguments": '{"message": "Oolong.", "thinking": "Hm."}',
        "tool_call_id": "c1",
    }

    [said] = entries([raw("m1", "tool_call_message", tool_call=call, tool_calls=[call])])

    assert (said["text"], said["reasoning"]) == ("Oolong.", "Hm.")
    assert "tool_calls" not in said


def test_arguments_that_are_no_json_stay_a_text() -> None:
    call = {"name": "look", "arguments": "{broken", "tool_call_id": "c1"}

    [said] = entries([raw("m1", "tool_call_message", tool_call=call)])

    assert said["tool_calls"][0]["arguments"] == "{broken"


def test_what_nobody_knows_yet_does_no_harm() -> None:
    [entry] = entries([raw("m1", "telepathy_message", content=7)])

    assert entry["role"] == "telepathy_message"
    assert text_of(7) == ""
    assert calls_of({"tool_call": {"name": "look"}}) == [{"name": "look"}]
    assert calls_of({}) == []


def test_words_match_whatever_their_case_the_newest_first() -> None:
    found = entries([*TURN, raw("m5", "user_message", content="OOLONG, then.")])

    assert [each["id"] for each in matching(found, "oolong", 5)] == ["m5", "m4"]
    assert [each["id"] for each in matching(found, "oolong", 1)] == ["m5"]
    assert matching(found, "oolong sencha", 5) == []


def test_what_letta_finds_itself_is_told_alike() -> None:
    hit = {"message_id": "m1", "message_type": "user_message", "content": "tea", "created_at": "t"}

    assert found_messages([hit]) == [{"id": "m1", "role": "user", "date": "t", "text": "tea"}]


def test_one_more_than_the_limit_says_that_there_is_more() -> None:
    three = [{"id": each} for each in "abc"]

    assert page(three, 2) == {"items": three[:2], "returned": 2, "has_more": True, "next": "b"}
    assert page(three, 3) == {"items": three, "returned": 3, "has_more": False, "next": None}


def test_a_transcript_leaves_out_tools_and_prompts_unless_asked() -> None:
    found = entries([raw("m0", "system_message", content="Be kind."), *TURN])

    plain, said = transcript(found, "text", with_tools=False)
    whole, all = transcript(found, "markdown", with_tools=True)

    assert (said, all) == (2, 4)
    assert "Be kind." not in plain + whole
    assert "Look it up." not in plain
    assert "> thought: Look it up.\n\n> called look" in whole
    assert "> look returned (success): oolong" in whole
    assert transcript([], "markdown", with_tools=True) == ("", 0)
