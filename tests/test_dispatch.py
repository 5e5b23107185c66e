"""One call: its answer, its failure, and the record of how it went."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import orjson
import pytest
from pydantic import Field
from pydantic_core import to_jsonable_python

from ltmc_server.actions import Tool, action
from ltmc_server.dispatch import Dispatcher, without_nulls
from ltmc_server.errors import NotFound
from ltmc_server.model import CursorPage, Page
from ltmc_server.observability.degraded import did_without
from ltmc_server.observability.metrics import Metrics
from ltmc_server.tools.vocabulary import Limit, Offset

pytestmark = pytest.mark.anyio

Which = Annotated[str, Field(description="Which cup.")]


@dataclass(frozen=True)
class CupTool(Tool):
    """Keep cups."""

    name: ClassVar[str] = "cup"

    @action("read")
    async def get(self, *, which: Which) -> None:
        """Find one."""
        raise NotFound("cup", which, "Look in the sink.")

    @action("read")
    async def page(self, *, limit: Limit = 100, offset: Offset = 0) -> Page[dict[str, str]]:
        """Show some."""
        cups = [{"id": str(n), "note": "x" * 150} for n in range(offset, offset + limit)]
        return Page.of(cups, total=1000, offset=offset)

    @action("read")
    async def go_on(self) -> CursorPage[dict[str, str]]:
        """Show some, by cursor."""
        cups = [{"id": f"cup_{n}", "note": "x" * 150} for n in range(100)]
        return CursorPage(items=cups, returned=100, total=100, has_more=False)

    @action("read")
    async def borrow(self) -> dict[str, str]:
        """Take one although the cupboard does not open."""
        did_without("cupboard")
        return {"cup": "paper"}

    @action("write")
    async def drop(self) -> None:
        """Break one."""
        raise ZeroDivisionError


@pytest.fixture
def dispatcher() -> Dispatcher:
    return Dispatcher([CupTool()], metrics=Metrics(), response_bytes_max=4_000)


async def test_a_failure_is_an_answer_with_code_message_and_hint(dispatcher: Dispatcher) -> None:
    reply = await dispatcher.call("cup", {"action": "get", "which": "blue"})

    assert reply.is_error
    assert reply.payload == {
        "error": {
            "code": "not_found",
            "message": "No cup is stored as 'blue'.",
            "hint": "Look in the sink.",
        }
    }
    assert orjson.loads(reply.text) == reply.payload


@pytest.mark.parametrize("action", [None, "", 7, ["get"], "nothing"])
async def test_a_call_without_a_known_action_is_answered_with_the_known_ones(
    dispatcher: Dispatcher, action: object
) -> None:
    reply = await dispatcher.call("cup", {"action": action})

    assert reply.payload["error"]["code"] == "unknown_action"
    assert "choose one of: get, page, go_on, borrow, drop" in reply.payload["error"]["message"]


@pytest.mark.parametrize("offset", [7, "7", 7.0, "7.0"])
async def test_a_page_cut_to_size_goes_on_where_it_was_cut(
    dispatcher: Dispatcher, offset: object
) -> None:
    reply = await dispatcher.call("cup", {"action": "page", "offset": offset})

    assert len(reply.text.encode()) <= 4_000
    last = reply.payload["items"][-1]["id"]
    assert reply.payload["next"] == int(last) + 1
    assert reply.payload["has_more"]


async def test_a_page_by_cursor_cut_to_size_goes_on_after_its_last_entry(
    dispatcher: Dispatcher,
) -> None:
    reply = await dispatcher.call("cup", {"action": "go_on"})

    assert reply.payload["next"] == reply.payload["items"][-1]["id"]


async def test_a_result_names_the_stores_it_did_without(dispatcher: Dispatcher) -> None:
    reply = await dispatcher.call("cup", {"action": "borrow"})

    assert reply.payload == {"cup": "paper", "degraded": ["cupboard"]}


async def test_a_bug_is_raised_not_dressed_up_as_an_answer(dispatcher: Dispatcher) -> None:
    with pytest.raises(ZeroDivisionError):
        await dispatcher.call("cup", {"action": "drop"})


async def test_what_the_caller_sent_is_not_changed(dispatcher: Dispatcher) -> None:
    sent = {"action": "page", "limit": 1}

    await dispatcher.call("cup", sent)

    assert sent == {"action": "page", "limit": 1}


@dataclass(frozen=True, slots=True)
class Cup:
    """A result with all there is to leave out or keep."""

    at: datetime
    label: str | None
    metadata: dict[str, Any]


def test_a_field_that_is_none_is_left_out_and_stored_nulls_are_kept() -> None:
    cup = Cup(at=datetime(2026, 1, 31, tzinfo=UTC), label=None, metadata={"lid": None})

    assert without_nulls(to_jsonable_python({"cups": (cup,), "next": None})) == {
        "cups": [{"at": "2026-01-31T00:00:00Z", "metadata": {"lid": None}}]
    }
