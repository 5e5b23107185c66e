"""Tools that are made when they are first called: once, whoever asks, and whatever goes wrong."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from ltmc_server.actions import Tool, action
from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.metrics import Metrics
from ltmc_server.protocol.messages import INTERNAL_ERROR, ProtocolError
from ltmc_server.protocol.session import Session
from ltmc_server.toolbox import Later, Toolbox
from tests.waiting import until

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Cup(Tool):
    """Holds tea."""

    name: ClassVar[str] = "cup"

    @action("read")
    async def sip(self) -> dict[str, str]:
        """Drink some."""
        return {"tea": "green"}


@dataclass
class Potter:
    """Makes cups, as slowly as a test wants it."""

    may_go_on: threading.Event = field(default_factory=threading.Event)
    made: list[Cup] = field(default_factory=list)
    began: int = 0

    def make(self) -> Cup:
        self.began += 1
        assert self.may_go_on.wait(20)
        self.made.append(Cup())
        return self.made[-1]


async def test_who_asks_meanwhile_gets_the_same_one_and_other_work_goes_on() -> None:
    potter = Potter()
    tools = Toolbox([Later("cup", potter.make)])
    order: list[int] = []

    async def take(number: int) -> Tool:
        tool = await tools.take("cup")
        order.append(number)
        return tool

    asked = [asyncio.create_task(take(number)) for number in range(20)]
    await until(lambda: potter.began > 0)  # The loop is not held up meanwhile.
    potter.may_go_on.set()
    taken = await asyncio.gather(*asked)

    assert potter.made == [tools["cup"]]
    assert all(tool is potter.made[0] for tool in taken)
    assert order == sorted(order)


async def test_a_call_that_is_cancelled_leaves_the_tool_to_the_others() -> None:
    potter = Potter()
    tools = Toolbox([Later("cup", potter.make)])
    first, second = (asyncio.create_task(tools.take("cup")) for _ in range(2))
    await until(lambda: potter.began > 0)

    first.cancel()
    potter.may_go_on.set()

    assert await second is tools["cup"]
    assert (first.cancelled(), potter.began) == (True, 1)


async def test_where_making_one_fails_the_call_is_told_and_the_next_tries_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outcomes: list[Callable[[], Tool]] = [_no_such_module, Cup]

    def make() -> Tool:
        return outcomes.pop(0)()

    session = Session(Dispatcher([Later("cup", make)], metrics=Metrics(), response_bytes_max=9_999))
    session.is_initialized = True
    call = {"name": "cup", "arguments": {"action": "sip"}}

    with pytest.raises(ProtocolError, match="the log has the cause") as caught:
        await session.answer("tools/call", call)
    answered = await session.answer("tools/call", call)

    assert caught.value.code == INTERNAL_ERROR
    assert "No module named 'clay'" in caplog.text
    assert not answered["isError"]


async def test_its_names_are_known_before_it_is_made() -> None:
    potter = Potter()
    tools = Toolbox([Later("cup", potter.make), Later("pot", potter.make, {"pot_pour": "pour"})])

    assert tools.names == {"cup": ("cup", None), "pot_pour": ("pot", "pour")}
    assert list(tools) == ["cup", "pot"]
    assert "cup" in tools
    assert "saucer" not in tools
    assert potter.began == 0


def _no_such_module() -> Tool:
    raise ModuleNotFoundError("No module named 'clay'")
