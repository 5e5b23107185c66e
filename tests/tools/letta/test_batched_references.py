"""Calls of a batch that use what others gave, and all that is checked before any runs."""

import pytest

from ltmc_server.dispatch import Dispatcher
from tests.tools.letta.tea import TeaTool, batch, brew, dispatcher_of, refused, tea_tool

pytestmark = pytest.mark.anyio


@pytest.fixture
def tea() -> TeaTool:
    return tea_tool()


@pytest.fixture
def dispatcher(tea: TeaTool) -> Dispatcher:
    return dispatcher_of(tea)


async def test_a_result_is_used_by_a_later_call(dispatcher: Dispatcher, tea: TeaTool) -> None:
    said = await batch(
        dispatcher,
        brew("oolong", cups=7),
        brew("$0.of.0.leaf", cups="$0.cups"),
        {"tool": "tea_echo", "arguments": {"value": {"in": ["$1.id", "$$1.id"], "of": "$0.of"}}},
    )

    assert tea.done == ["oolong", "oolong"]
    assert said["results"][1]["result"]["cups"] == 7
    assert said["results"][2]["result"] == {
        "in": ["pot-oolong", "$1.id"],
        "of": [{"leaf": "oolong"}],
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("$0.idd", "'$0.idd' leads nowhere: $0 has id, cups, of"),
        ("$0.of.1", "'$0.of.1' leads nowhere: $0.of is a list of 1"),
        ("$0.of.-1", "leads nowhere"),
        ("$0.id.0", "leads nowhere: $0.id is a single value"),
        ("$0.none", "leads nowhere"),
    ],
)
async def test_a_reference_that_leads_nowhere_names_its_place(
    dispatcher: Dispatcher, tea: TeaTool, text: str, why: str
) -> None:
    said = await batch(dispatcher, brew("a"), brew(text))

    error = said["results"][1]["error"]
    assert error["code"] == "invalid_arguments"
    assert error["message"].startswith("calls.1.arguments.leaf: ")
    assert why in error["message"]
    assert tea.done == ["a"]


async def test_a_reference_to_what_failed_says_so(dispatcher: Dispatcher) -> None:
    said = await batch(dispatcher, brew("none"), brew("$0.id"), on_error="continue")

    assert "refers to call 0, which gave no result" in said["results"][1]["error"]["message"]


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (brew("$5"), "calls.1.arguments.leaf: '$5' is no reference"),
        (brew("$1.id"), "calls.1.arguments.leaf: '$1.id' refers to call 1, but only calls 0 to 0"),
        (brew("$0.id", cups=0), "calls.1: tea_brew cannot run: cups: input should be greater"),
        (brew("$0.id", cupz="$0.cups"), "cupz: is not a parameter"),
        ({"tool": "tea_brew", "arguments": {"cups": "$0.cups"}}, "leaf: is required"),
        ({"tool": "tea_batch", "arguments": {"calls": []}}, "calls.1: tea_batch cannot run: no"),
        ({"tool": "memory_action"}, "calls.1: memory_action cannot run: no such tool"),
        ({"tool": "tea_brew", "argument": {}}, "calls.1.argument: extra inputs"),
    ],
)
async def test_what_could_not_run_is_refused_before_anything_runs(
    dispatcher: Dispatcher, tea: TeaTool, call: object, why: str
) -> None:
    assert why in await refused(dispatcher, tea, brew("a"), call)


async def test_every_wrong_call_is_named_at_once(dispatcher: Dispatcher, tea: TeaTool) -> None:
    message = await refused(dispatcher, tea, *(brew("") for _ in range(50)))

    assert "calls.0: " in message
    assert "calls.7: " in message
    assert "and 42 more" in message
    assert "at most 50" in await refused(dispatcher, tea, *(brew("a") for _ in range(51)))
    assert "at least 1" in await refused(dispatcher, tea)


async def test_in_parallel_nothing_refers_to_another(dispatcher: Dispatcher, tea: TeaTool) -> None:
    message = await refused(dispatcher, tea, brew("a"), brew("$0.id"), parallel=True)

    assert "calls.1.arguments.leaf: '$0.id' refers to call 0, but none is done" in message
