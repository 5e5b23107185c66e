"""A flat tool: each of its actions is published as a tool of its own."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest
from pydantic import Field

from ltmc_server.actions import Tool, action
from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.metrics import Metrics
from ltmc_server.protocol.wire import listed

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Kettle(Tool):
    """Boils."""

    name: ClassVar[str] = "kettle"
    is_flat: ClassVar[bool] = True

    @action("write")
    async def boil(
        self, *, litres: Annotated[int, Field(ge=1, description="How much.")]
    ) -> dict[str, int]:
        """Boil water."""
        return {"boiled": litres}

    @action("destroy")
    async def empty(self) -> dict[str, str]:
        """Pour all of it away."""
        return {}


@pytest.fixture
def kettle() -> Dispatcher:
    return Dispatcher([Kettle()], metrics=Metrics(), response_bytes_max=2_000)


async def test_each_action_is_called_by_its_own_name(kettle: Dispatcher) -> None:
    reply = await kettle.call("kettle_boil", {"litres": 2})

    assert reply.payload == {"boiled": 2}
    assert set(kettle.metrics.by_action()) == {"kettle.boil"}


async def test_an_action_is_an_argument_like_any_other(kettle: Dispatcher) -> None:
    reply = await kettle.call("kettle_boil", {"litres": 2, "action": "empty"})

    assert reply.is_error
    assert "kettle_boil cannot run: action: is not a parameter" in reply.text


async def test_each_is_described_by_itself(kettle: Dispatcher) -> None:
    boil, empty = listed(kettle.tools)

    assert (boil["name"], boil["description"]) == ("kettle_boil", "Boil water.")
    assert boil["inputSchema"] == {
        "type": "object",
        "properties": {"litres": {"type": "integer", "minimum": 1, "description": "How much."}},
        "required": ["litres"],
        "additionalProperties": False,
    }
    assert not boil["annotations"]["destructiveHint"]
    assert empty["annotations"]["destructiveHint"]
    assert "required" not in empty["inputSchema"]
