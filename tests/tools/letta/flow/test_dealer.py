"""Six calls of a workflow as one batch: one round trip, and no request more than it needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from letta_client import Letta

from tests.tools.letta.flow.conftest import Both
from tests.wire import Wire
from tracker.letta.standin import Standin, standin

pytestmark = pytest.mark.anyio


def workflow(agent_id: str) -> list[dict[str, Any]]:
    """Return the calls with which a dealer is analysed."""
    one = {"agent_id": agent_id}
    return [
        {"tool": "letta_health_check"},
        {"tool": "letta_get_agent", "arguments": one},
        {"tool": "letta_get_memory", "arguments": {"agent_id": "$1.id"}},
        {"tool": "letta_list_tools", "arguments": {"limit": 5}},
        {"tool": "letta_get_agent_tools", "arguments": one},
        {"tool": "letta_send_message", "arguments": one | {"message": "How is trade?"}},
    ]


async def test_the_workflow_gives_what_its_calls_give(both: Both) -> None:
    reply = await both.dispatcher.call("letta_batch", {"calls": workflow(both.agent_id)})

    assert not reply.is_error, reply.payload
    assert reply.payload["succeeded"] == 6, reply.payload
    health, agent, memory, *_, answer = [each["result"] for each in reply.payload["results"]]
    assert health["status"] == "ok"
    assert agent["id"] == both.agent_id
    assert "likes green tea" in str(memory)
    assert answer["text"]
    sent = both.sdk.agents.messages.list(both.agent_id, limit=10).items
    assert any("How is trade?" in str(message) for message in sent)


async def test_a_batch_with_a_tool_that_is_none_runs_nothing(both: Both) -> None:
    calls = [{"tool": "letta_health_check"}, {"tool": "letta_health"}]

    reply = await both.dispatcher.call("letta_batch", {"calls": calls})

    assert reply.payload["error"]["code"] == "invalid_arguments"
    assert "letta_health_check" in str(reply.payload["error"])


@pytest.fixture
def counted() -> Iterator[Standin]:
    """Serve the stand-in to one test, which counts its requests."""
    with standin() as server:
        yield server


async def test_it_costs_one_round_trip_and_six_requests(counted: Standin, tmp_path: Path) -> None:
    with Letta(base_url=counted.base_url, api_key="x", max_retries=0) as sdk:
        block = {"label": "human", "value": "x"}
        agent = sdk.agents.create(
            name="dealer",
            model="openai-proxy/gpt-4o-mini",
            embedding="openai/text-embedding-3-small",
            memory_blocks=[block],  # type: ignore[list-item]
        )
    before = counted.counters()
    with Wire.open(tmp_path, settings={"LTMC_LETTA_BASE_URL": counted.base_url}) as wire:
        arguments = {"calls": workflow(agent.id)}
        answer = wire.ask("tools/call", {"name": "letta_batch", "arguments": arguments})
    after = counted.counters()

    assert answer["result"]["structuredContent"]["succeeded"] == 6
    assert sum(after["requests"].values()) - sum(before["requests"].values()) == 6
    assert after["connections"] - before["connections"] == 1
