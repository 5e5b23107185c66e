"""A bug of ours reaches the client as an internal error, and the log with its cause."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import pytest
from mcp import Client, MCPError
from mcp.types import INTERNAL_ERROR

from ltmc_server.actions import Tool, action
from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.metrics import Metrics
from ltmc_server.protocol.messages import ProtocolError
from ltmc_server.protocol.server import mcp_server
from ltmc_server.protocol.session import Session

pytestmark = pytest.mark.anyio

STORED = "Kim keeps the key"


@dataclass(frozen=True)
class Broken(Tool):
    """Fails as no tool should."""

    name: ClassVar[str] = "broken_action"

    @action("read")
    async def fail(self) -> dict[str, str]:
        """Raise what is no error of ours."""
        raise ZeroDivisionError(STORED)


@dataclass(frozen=True)
class Undescribed(Tool):
    """Has an action whose parameter says nothing of itself: no schema can be made of it."""

    name: ClassVar[str] = "undescribed_action"

    @action("read")
    async def fail(self, *, word: str) -> dict[str, str]:
        """Never come to run."""
        return {"word": word}


@pytest.mark.parametrize(
    ("tool", "method", "params"),
    [
        (Broken(), "tools/call", {"name": "broken_action", "arguments": {"action": "fail"}}),
        (Undescribed(), "tools/list", {}),
    ],
)
async def test_over_stdio_too_it_is_answered(
    tool: Tool, method: str, params: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    session = Session(Dispatcher([tool], metrics=Metrics(), response_bytes_max=9_999))
    session.is_initialized = True

    with pytest.raises(ProtocolError) as caught:
        await session.answer(method, params)

    assert caught.value.code == INTERNAL_ERROR
    assert str(caught.value) == "Internal server error; the log has the cause."
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_its_text_stays_here(
    mode: Literal["auto", "legacy"], caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    server = mcp_server(Dispatcher([Broken()], metrics=metrics, response_bytes_max=9_999))

    async with Client(server, mode=mode) as client:
        with pytest.raises(MCPError) as caught:
            await client.call_tool("broken_action", {"action": "fail"})

    assert caught.value.code == INTERNAL_ERROR
    assert STORED not in str(caught.value)
    assert STORED in caplog.text
    assert metrics.whole().errors == 1
