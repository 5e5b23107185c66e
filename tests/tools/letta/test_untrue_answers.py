"""A Letta that says it did what it did not do, or fails half way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.letta.client import LettaClient
from ltmc_server.settings import Settings
from tests.letta.http_script import Script, Step, answer, half, raw, serving
from tests.tools.letta.letta_tools import NOBODY as SOMEBODY, dispatcher_over

pytestmark = pytest.mark.anyio

BLOCK = {"id": "block-1", "label": "human", "value": "Ada", "description": None}
AGENT = {"id": SOMEBODY, "name": "tea", "tags": [], "tools": [], "memory": {"blocks": []}}
NEW_BLOCK = {"agent_id": SOMEBODY, "block_label": "human", "value": "Ada"}


@asynccontextmanager
async def answering(*steps: Step) -> AsyncIterator[tuple[Dispatcher, Script]]:
    """Open the tools on a server that answers so."""
    async with serving(*steps) as script:
        settings = Settings(
            data_dir=Path("nowhere"),
            letta_base_url=script.url,
            letta_retries=0,
        )
        client = LettaClient(settings)
        try:
            yield dispatcher_over(client), script
        finally:
            await client.aclose()


async def error_of(dispatcher: Dispatcher, tool: str, **arguments: object) -> Any:  # noqa: ANN401
    reply = await dispatcher.call(f"letta_{tool}", arguments)
    assert reply.is_error, reply.text
    return reply.payload["error"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("update_memory", {"block_label": "human", "value": "Bob"}, "holds another text (3"),
        ("update_agent", {"name": "other"}, "does not show as asked: name"),
        ("update_agent", {"tags": ["a"]}, "does not show as asked: tags"),
        ("archival_insert", {"text": "Oolong."}, "does not hold it"),
    ],
)
async def test_a_change_that_the_answer_does_not_show_is_an_error(
    tool: str, arguments: dict[str, object], said: str
) -> None:
    shown = {"update_memory": BLOCK, "update_agent": AGENT, "archival_insert": []}[tool]
    async with answering(answer(shown)) as (dispatcher, _):
        error = await error_of(dispatcher, tool, agent_id=SOMEBODY, **arguments)

    assert error["code"] == "letta_inconsistent"
    assert said in error["message"]


async def test_a_block_that_was_not_attached_is_deleted_again() -> None:
    async with answering(answer(BLOCK), answer(AGENT), answer(None)) as (dispatcher, script):
        error = await error_of(dispatcher, "create_memory_block", **NEW_BLOCK)

    assert error["code"] == "letta_inconsistent"
    assert [came.verb for came in script.came] == ["POST", "PATCH", "DELETE"]
    assert script.came[-1].target == "/v1/blocks/block-1"


async def test_a_block_that_can_not_be_deleted_again_is_named() -> None:
    steps = answer(BLOCK), answer({"detail": "no"}, 400), answer({"detail": "no"}, 403)
    async with answering(*steps) as (dispatcher, script):
        error = await error_of(dispatcher, "create_memory_block", **NEW_BLOCK)

    assert (error["code"], error["status"]) == ("letta_refused", 400)
    assert "The block block-1 is left in Letta" in error["hint"]
    assert len(script.came) == 3


async def test_an_answer_that_breaks_off_is_no_success() -> None:
    async with answering(half({"messages": []})) as (dispatcher, script):
        error = await error_of(dispatcher, "send_message", agent_id=SOMEBODY, message="hello")

    assert error["code"] == "letta_unavailable"
    assert len(script.came) == 1, "a message may have been kept: it is not sent twice"


async def test_a_stream_that_ends_early_is_no_success() -> None:
    event = b'data: {"message_type": "assistant_message", "id": "m", "content": "Half"}\n\n'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    async with answering(raw(head + event, last=True)) as (dispatcher, _):
        error = await error_of(
            dispatcher, "send_message", agent_id=SOMEBODY, message="hello", stream=True
        )

    assert error["code"] == "letta_unavailable"


async def test_descriptions_that_are_null_do_no_harm() -> None:
    agent = AGENT | {"description": None, "system": None, "message_ids": None}
    async with answering(answer([agent, agent])) as (dispatcher, _):
        reply = await dispatcher.call("letta_list_agents", {"query": "tea"})

    assert reply.payload["returned"] == 2
    assert "description" not in reply.payload["items"][0]
