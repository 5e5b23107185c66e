"""Agents as they are told, and what an answer does not show of what was asked."""

from typing import Any

import pytest

from ltmc_server.letta.agents import agent, summary, unmet

RAW: dict[str, Any] = {
    "id": "agent-1",
    "name": "tea",
    "description": None,
    "model": "x/y",
    "embedding": "x/e",
    "system": "Be kind.",
    "message_ids": ["message-1", "message-2"],
    "tools": [{"id": "tool-1", "name": "brew", "description": None}],
    "tags": ["green"],
    "blocks": [{"label": "human", "value": "Ada", "description": None}],
}


def test_a_summary_has_sizes_in_place_of_long_texts() -> None:
    told = summary(RAW)

    assert (told["messages_in_context"], told["system_chars"]) == (2, 8)
    assert not {"system", "tools", "blocks", "message_ids"} & told.keys()
    assert told["description"] is None


def test_an_agent_of_which_hardly_anything_is_known_is_told_all_the_same() -> None:
    told = agent({"id": "agent-1"}, ("blocks", "tools", "tags", "system"))

    assert (told["blocks"], told["tools"], told["tags"], told["system"]) == ([], [], [], "")
    assert (told["messages_in_context"], told["model"]) == (0, None)


def test_blocks_are_found_where_letta_puts_them() -> None:
    within = {"memory": {"blocks": RAW["blocks"]}, "blocks": []}

    assert agent(within, ["blocks"])["blocks"][0]["value"] == "Ada"


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "tea"},
        {"description": ""},
        {"tags": ["green"], "tools": ["brew"], "tool_ids": ["tool-1"]},
        {"memory_blocks": [{"label": "human", "value": "Ada"}]},
        {"model": "x/y", "embedding": "x/e", "system": "Be kind."},
    ],
)
def test_what_the_answer_shows_is_met(asked: dict[str, Any]) -> None:
    assert unmet(asked, RAW) == []


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"name": "coffee"}, ["name"]),
        ({"tags": []}, ["tags"]),
        ({"tags": ["green", "black"]}, ["tags"]),
        ({"tools": ["brew", "pour"]}, ["tools"]),
        ({"tool_ids": ["tool-2"], "model": "x/z"}, ["model", "tool_ids"]),
        ({"memory_blocks": [{"label": "human", "value": "Bob"}]}, ["memory_blocks"]),
    ],
)
def test_what_the_answer_does_not_show_is_named(asked: dict[str, Any], missing: list[str]) -> None:
    assert unmet(asked, RAW) == missing
