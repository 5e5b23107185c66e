"""What counts as a difference between two answers, and what does not."""

import string
import uuid

import pytest
from hypothesis import given, strategies as st

from tracker.letta.contract.comparing import differences, packed, unpacked
from tracker.letta.contract.recorder import Observed
from tracker.letta.contract.shapes import Json, normal, shape

texts = st.text(string.ascii_letters + " -_:", max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
AGENT: dict[str, Json] = {"id": f"agent-{uuid.uuid4()}", "name": "Sam", "tags": ["a", "b"]}
CALL: dict[str, Json] = {"status": 200, "type": "application/json", "shape": shape(AGENT)}


@given(values)
def test_a_value_has_the_shape_of_itself_doubled(value: Json) -> None:
    assert shape([value, value]) == shape([value])


@given(st.lists(values, max_size=4))
def test_the_order_of_a_list_is_not_of_its_shape(items: list[Json]) -> None:
    assert shape(items) == shape(items[::-1])


def test_ids_times_and_texts_of_two_runs_are_the_same() -> None:
    once = {"id": f"agent-{uuid.uuid4()}", "at": "2026-01-02T03:04:05.6Z", "name": "Sam"}
    again = {"id": f"agent-{uuid.uuid4()}", "at": "2026-01-02T03:04:05+00:00", "name": "Alex"}

    assert shape(dict(once)) == shape(dict(again))
    assert shape(once["id"]) == "id of agent"


@pytest.mark.parametrize(
    "other",
    [
        {**AGENT, "name": None},
        {**AGENT, "name": 5},
        {**AGENT, "tags": []},
        {**AGENT, "id": f"block-{uuid.uuid4()}"},
        {key: value for key, value in AGENT.items() if key != "name"},
        {**AGENT, "more": 1},
    ],
)
def test_an_answer_of_another_shape_is_a_difference(other: dict[str, Json]) -> None:
    got: Observed = {"agent.get": {**CALL, "shape": shape(other)}}

    assert differences({"agent.get": CALL}, got)


def test_a_difference_says_where_and_what() -> None:
    expected: Observed = {"agent.get": {**CALL, "effect": ["Sam", 2]}}
    got: Observed = {"agent.get": {**CALL, "status": 404, "effect": ["Alex", 2]}}

    assert differences(expected, got) == [
        "agent.get: status: 404; the contract has 200",
        'agent.get: effect: ["Alex",2]; the contract has ["Sam",2]',
    ]


def test_calls_that_are_missing_or_more_are_differences() -> None:
    assert differences({"health": CALL}, {}) == [
        "health: not called, since a call before it failed"
    ]
    assert differences({}, {"health": CALL}) == ["health: not in the contract"]


@given(st.dictionaries(texts.filter(bool), values, max_size=4))
def test_a_contract_comes_back_from_its_file(shapes: dict[str, Json]) -> None:
    calls: Observed = {name: {"status": 200, "shape": shape(each)} for name, each in shapes.items()}

    assert unpacked(packed(calls)) == calls


def test_an_effect_has_neither_ids_nor_the_names_of_its_run() -> None:
    effect: Json = [f"Agent agent-{uuid.uuid4()} not found", {"name": "say_t12"}, 3]

    assert normal(effect, {"t12": "TOKEN"}) == [
        "Agent ID-OF-agent not found",
        {"name": "say_TOKEN"},
        3,
    ]
