"""Lists of tools: what is said of each, and where the next page begins."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ltmc_server.letta.client import LettaClient
from ltmc_server.letta.errors import LettaUnavailable
from ltmc_server.letta.naming import REMEMBERED_MAX, ToolIds
from ltmc_server.letta.rules import told
from ltmc_server.letta.shapes import an_object, objects
from ltmc_server.letta.tools import asked_for, entry, page
from ltmc_server.settings import Settings

Object = dict[str, Any]


def tools(count: int, tag: str = "all") -> list[Object]:
    return [
        {"id": f"tool-{number}", "name": f"do_{number}", "tags": [tag, str(number % 3)]}
        for number in range(count)
    ]


def pages(all_of_them: list[Object], limit: int, query: str, tags: tuple[str, ...]) -> list[Object]:
    """Page through tools as a client would, of a server that looks at neither query nor tags."""
    seen: list[Object] = []
    start = 0
    while True:
        given_by_letta = all_of_them[start : start + asked_for(limit, query, tags)]
        got = page(given_by_letta, limit, query, tags)
        assert got["returned"] == len(got["items"]) <= limit
        seen += got["items"]
        if not got["has_more"]:
            return seen
        start = 1 + next(i for i, one in enumerate(all_of_them) if one["id"] == got["next"])


@given(
    count=st.integers(0, 450),
    limit=st.integers(1, 200),
    query=st.sampled_from(["", "do_1", "O_", "nowhere"]),
    tags=st.sampled_from([(), ("1",), ("all", "2"), ("none",)]),
)
def test_pages_hold_each_that_matches_once_in_order(
    count: int, limit: int, query: str, tags: tuple[str, ...]
) -> None:
    there = tools(count)

    seen = pages(there, limit, query, tags)

    assert [each["id"] for each in seen] == [
        each["id"]
        for each in there
        if query.lower() in each["name"] and set(tags) <= set(each["tags"])
    ]


def test_a_tool_that_says_nothing_of_itself_is_listed() -> None:
    bare = {"id": "tool-1", "name": None, "description": None, "tags": None}

    assert page([bare], 10, "", ())["items"][0]["description"] is None
    assert page([bare], 10, "x", ("y",))["items"] == []


def test_a_long_description_is_cut_and_says_so() -> None:
    said = entry({"id": "tool-1", "name": "x", "description": "d" * 1_000})

    assert (len(said["description"]), said["truncated"], said["chars_total"]) == (300, True, 1_000)


def test_of_a_description_the_first_paragraph_is_told() -> None:
    said = entry({"id": "tool-1", "name": "x", "description": "Adds.\n\nExamples:\n  x(1)"})

    assert (said["description"], said["truncated"]) == ("Adds.", True)
    assert "truncated" not in entry({"id": "tool-1", "name": "x", "description": "Adds."})


def test_an_underscore_in_a_query_is_an_underscore() -> None:
    assert page([{"id": "tool-1", "name": "doXit"}], 10, "do_it", ())["items"] == []


def test_rules_are_told_without_what_they_do_not_have() -> None:
    answered = [{"tool_name": "x", "type": "run_first", "prompt_template": "Do x", "args": None}]

    assert told(answered) == [{"tool_name": "x", "type": "run_first"}]


def test_names_are_remembered_within_a_bound() -> None:
    ids = ToolIds(LettaClient(settings=Settings()))

    for number in range(REMEMBERED_MAX):
        ids.remember(f"name {number}", str(number))
    ids.remembered("name 0")
    ids.remember("one more", "x")

    assert ids.remembered("name 0") == "0"
    assert ids.remembered("name 1") is None
    assert ids.remembered("one more") == "x"


@pytest.mark.parametrize("answer", [None, "<html>", [], {"id": None}, {}])
def test_an_answer_that_is_something_else_is_an_error(answer: object) -> None:
    with pytest.raises(LettaUnavailable, match=r"in place of an object|left out 'id'"):
        an_object(answer, "id")
    with pytest.raises(LettaUnavailable):
        objects([answer] if answer != [] else {}, "id")
