"""letta_batch: what one call would do, many do in one round trip, in order, and honestly told."""

import asyncio

import pytest
from mcp import Client

from ltmc_server.dispatch import Dispatcher
from ltmc_server.protocol.server import mcp_server
from tests.tools.letta.tea import TeaTool, batch, brew, dispatcher_of, tea_tool
from tests.waiting import until

pytestmark = pytest.mark.anyio


@pytest.fixture
def tea() -> TeaTool:
    return tea_tool()


@pytest.fixture
def dispatcher(tea: TeaTool) -> Dispatcher:
    return dispatcher_of(tea)


async def test_each_call_is_answered_as_by_itself_and_in_order(dispatcher: Dispatcher) -> None:
    said = await batch(dispatcher, brew("oolong"), brew("sencha", cups="2"))
    alone = (await dispatcher.call("tea_brew", {"leaf": "oolong"})).payload

    assert [each["result"]["id"] for each in said["results"]] == ["pot-oolong", "pot-sencha"]
    assert said["results"][0]["result"] == alone
    assert said["results"][1]["result"]["cups"] == 2
    assert [*said["results"][0]] == ["tool", "ok", "result", "seconds"]
    assert (said["succeeded"], said["failed"], said["not_run"]) == (2, 0, 0)


async def test_each_call_is_counted_as_its_own(dispatcher: Dispatcher, tea: TeaTool) -> None:
    await batch(dispatcher, brew("a"), brew("none"), brew("c"), on_error="continue")

    counted = tea.batching.metrics.by_action()
    assert (counted["tea.brew"].calls, counted["tea.brew"].errors) == (3, 1)
    assert (counted["tea.batch"].calls, counted["tea.batch"].errors) == (1, 0)


async def test_it_stops_at_the_first_that_fails(dispatcher: Dispatcher, tea: TeaTool) -> None:
    said = await batch(dispatcher, brew("a"), brew("none"), brew("c"))

    _, failed, not_run = said["results"]
    assert failed["error"] == {
        "code": "not_found",
        "message": "No tea is stored as 'none'.",
        "hint": "Buy some.",
    }
    assert not_run == {"tool": "tea_brew", "ok": False, "not_run": "not run: call 1 failed before"}
    assert (said["succeeded"], said["failed"], said["not_run"]) == (1, 1, 1)
    assert tea.done == ["a"]


async def test_it_goes_on_where_it_is_told_to(dispatcher: Dispatcher, tea: TeaTool) -> None:
    said = await batch(dispatcher, brew("none"), brew("c"), on_error="continue")

    assert [each["ok"] for each in said["results"]] == [False, True]
    assert tea.done == ["c"]


async def test_in_parallel_so_many_run_as_there_are_connections(
    dispatcher: Dispatcher, tea: TeaTool
) -> None:
    calls = [{"tool": "tea_wait", "arguments": {"leaf": str(number)}} for number in range(8)]
    asyncio.get_running_loop().call_later(0.1, tea.gate.set)
    said = await batch(dispatcher, *calls, parallel=True)

    assert said["succeeded"] == 8
    assert max(tea.at_once) == 3


async def test_cancelled_it_cancels_what_runs(dispatcher: Dispatcher, tea: TeaTool) -> None:
    calls = [{"tool": "tea_wait", "arguments": {"leaf": str(number)}} for number in range(8)]
    running = asyncio.create_task(batch(dispatcher, *calls, parallel=True))
    await until(lambda: len(tea.running) == 3)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert tea.running == set()
    assert tea.done == []


async def test_progress_is_that_of_the_calls(dispatcher: Dispatcher) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with Client(mcp_server(dispatcher)) as client:
        calls = [brew("a"), brew("none"), brew("c")]
        arguments = {"calls": calls, "on_error": "continue"}
        await client.call_tool("tea_batch", arguments, progress_callback=hear)

    assert heard[-1][:2] == (3, 3)
    lines = "".join(message or "" for _, _, message in heard).splitlines()
    assert lines == ["0 tea_brew ok", "1 tea_brew failed", "2 tea_brew ok"]
