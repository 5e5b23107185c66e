"""A toy tool whose actions can be run in a batch."""

import asyncio
import json
from dataclasses import field
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ltmc_server.actions import action
from ltmc_server.dataclass import dataclass
from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import NotFound
from ltmc_server.model import Page
from ltmc_server.observability.metrics import Metrics
from ltmc_server.observability.progress import report
from ltmc_server.tools.letta.batching import BatchActions, Batching

BYTES_MAX = 4_000
Leaf = Annotated[str, Field(min_length=1, description="Which tea.")]
Cups = Annotated[int, Field(ge=1, le=9_999, description="How many.")]
Any_ = Annotated[dict[str, object], Field(description="Anything.")]


@dataclass(frozen=True)
class TeaTool(BatchActions):
    """Make tea."""

    name: ClassVar[str] = "tea"
    is_flat: ClassVar[bool] = True

    done: list[str] = field(default_factory=list)
    at_once: list[int] = field(default_factory=list)
    """How many ran at each start."""
    running: set[str] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @action("write", kind="leaf")
    async def brew(self, *, leaf: Leaf, cups: Cups = 1) -> dict[str, object]:
        """Brew a pot."""
        report(999, 999, "of the call itself")
        if leaf == "none":
            raise NotFound("tea", leaf, "Buy some.")
        self.done.append(leaf)
        return {"id": f"pot-{leaf}", "cups": cups, "of": [{"leaf": leaf}], "none": None}

    @action("read")
    async def echo(self, *, value: Any_) -> dict[str, object]:
        """Give back what came."""
        return dict(value)

    @action("read")
    async def list(self, *, cups: Cups) -> Page[object]:
        """List many cups."""
        items = [{"id": f"cup-{number}", "text": "hot"} for number in range(cups)]
        return Page.of(items, total=cups, offset=0)

    @action("read")
    async def tell(self, *, leaf: Leaf, cups: Cups) -> dict[str, object]:
        """Tell at length."""
        return {"text": leaf * cups}

    @action("read")
    async def wait(self, *, leaf: Leaf) -> dict[str, object]:
        """Wait until all may go."""
        self.running.add(leaf)
        self.at_once.append(len(self.running))
        try:
            await self.gate.wait()
        finally:
            self.running.discard(leaf)
        self.done.append(leaf)
        return {}


def tea_tool() -> TeaTool:
    """Return the tool, three of whose calls run at once."""
    return TeaTool(Batching(metrics=Metrics(), at_once=3, bytes_max=BYTES_MAX))


def dispatcher_of(tea: TeaTool) -> Dispatcher:
    """Return what calls it."""
    return Dispatcher([tea], metrics=tea.batching.metrics, response_bytes_max=BYTES_MAX)


def brew(leaf: str, **more: object) -> dict[str, Any]:
    return {"tool": "tea_brew", "arguments": {"leaf": leaf} | more}


async def batch(dispatcher: Dispatcher, *calls: object, **how: object) -> dict[str, Any]:
    reply = await dispatcher.call("tea_batch", {"calls": list(calls)} | how)
    assert not reply.is_error, reply.payload
    assert len(reply.text) <= BYTES_MAX
    payload = json.loads(reply.text)
    assert isinstance(payload, dict)
    return payload


async def refused(dispatcher: Dispatcher, tea: TeaTool, *calls: object, **how: object) -> str:
    reply = await dispatcher.call("tea_batch", {"calls": list(calls)} | how)
    assert reply.is_error, reply.payload
    assert reply.payload["error"]["code"] == "invalid_arguments"
    assert tea.done == [], "something ran"
    return str(reply.payload["error"]["message"])
