"""Resources: bounded, and what they say when a store fails."""

from dataclasses import dataclass
from typing import ClassVar

import orjson
import pytest
from mcp import Client, MCPError
from mcp.types import INTERNAL_ERROR

from ltmc_server.actions import Tool, action
from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import StoreUnavailable
from ltmc_server.observability.metrics import Metrics
from ltmc_server.protocol.messages import FIXED, ProtocolError
from ltmc_server.protocol.resources import Resources
from ltmc_server.protocol.server import mcp_server
from ltmc_server.protocol.session import Session
from ltmc_server.tools.memory.words import MemoryId

pytestmark = pytest.mark.anyio

ID = "mem_01M80VA7CNCQAGZ1NN8Z4TRAJV"
MEMORY = f"ltmc://memory/{ID}"


@dataclass(frozen=True)
class Away(Tool):
    """A memory whose store is away."""

    name: ClassVar[str] = "memory_action"

    @action("read")
    async def get(self, *, id: MemoryId) -> dict[str, str]:
        """Fail as a store fails."""
        raise StoreUnavailable("SQLite", f"reading {id}", "disk I/O error")


def dispatcher(*tools: Tool, bytes_max: int = 15_000) -> Dispatcher:
    return Dispatcher(tools, metrics=Metrics(), response_bytes_max=bytes_max)


async def test_a_store_that_is_away_is_no_missing_text() -> None:
    session = Session(dispatcher(Away()), era="handshake", is_initialized=True)
    with pytest.raises(ProtocolError) as ours:
        await session.answer("resources/read", {"uri": MEMORY})
    async with Client(mcp_server(dispatcher(Away())), mode="legacy") as client:
        with pytest.raises(MCPError) as sdks:
            await client.read_resource(MEMORY)

    assert ours.value.code == sdks.value.code == INTERNAL_ERROR
    assert str(ours.value) == str(sdks.value)
    assert str(ours.value).startswith(f"SQLite failed while reading {ID}: disk I/O error.")
    assert ours.value.data == sdks.value.error.data == {"uri": MEMORY}


async def test_no_template_is_offered_that_nothing_stands_behind() -> None:
    resources = Resources(dispatcher())

    assert resources.templates == []
    assert await resources.read(MEMORY) is None


@pytest.mark.parametrize("name", FIXED)
async def test_every_resource_has_a_bound(name: str) -> None:
    serving = dispatcher(Away(), bytes_max=5_000)
    for number in range(200):
        serving.metrics.record("memory_action", f"action_{number}", 0.001, failed=False)

    contents = await Resources(serving).read(f"ltmc://{name}")

    assert contents
    assert len(contents[0]["text"]) <= 5_000
    if name == "metrics":
        assert orjson.loads(contents[0]["text"])["truncated"] is True


async def test_the_busiest_action_comes_first() -> None:
    serving = dispatcher()
    for action_, calls in (("get", 1), ("store", 3), ("list", 2)):
        for _ in range(calls):
            serving.metrics.record("memory_action", action_, 0.001, failed=False)

    contents = await Resources(serving).read("ltmc://metrics")

    assert contents
    items = orjson.loads(contents[0]["text"])["items"]
    assert [one["action"].partition(".")[2] for one in items] == ["store", "list", "get"]
