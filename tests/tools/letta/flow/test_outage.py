"""A Letta that stops answering in the middle of a sync, and comes back."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from letta_client import Letta

from ltmc_server.observability.progress import reporting
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.tools.letta.flow.conftest import Both
from tracker.letta.standin import Standin, standin

pytestmark = pytest.mark.anyio

TIMEOUT_S = 0.5


@pytest.fixture
def own() -> Iterator[Standin]:
    """Serve the stand-in to one test, which may stop it."""
    with standin() as server:
        yield server


@pytest.fixture
async def alone(own: Standin, tmp_path: Path) -> AsyncIterator[Both]:
    settings = Settings(
        data_dir=tmp_path,
        embedding="hashing",
        letta_base_url=own.base_url,
        letta_timeout_s=TIMEOUT_S,
        letta_retries=0,
    )
    with Letta(base_url=own.base_url, api_key="x", max_retries=0, timeout=5) as sdk:
        blocks = [{"label": f"b{number}", "value": f"text {number}"} for number in range(6)]
        agent = sdk.agents.create(
            name="tea",
            model="openai-proxy/gpt-4o-mini",
            embedding="openai/text-embedding-3-small",
            memory_blocks=blocks,  # type: ignore[arg-type]
        )
        async with open_dispatcher(settings) as dispatcher:
            yield Both(dispatcher, sdk, agent.id, settings.database())


async def test_what_was_done_is_in_step_and_the_next_one_finishes(
    alone: Both, own: Standin
) -> None:
    await alone.sync()
    for number in range(6):
        await alone.store(f"blocks/b{number}.md", f"new {number}")

    def hear(done: float, of: float | None, message: str) -> None:
        if done == 3:
            os.kill(own.pid, signal.SIGSTOP)

    try:
        with reporting(hear):
            said = await alone.try_sync()
    finally:
        os.kill(own.pid, signal.SIGCONT)

    assert said["error"]["code"] == "letta_unavailable"
    assert (said["error"]["steps_done"], said["error"]["steps"]) == (3, 6)
    assert "sync again" in said["error"]["hint"]
    assert [alone.block(f"b{number}") for number in range(3)] == ["new 0", "new 1", "new 2"]
    rest = await alone.sync()
    # The fourth may have reached Letta, though nobody heard so.
    assert {each["name"] for each in rest["changes"]} == {"b3", "b4", "b5"}
    assert [alone.block(f"b{number}") for number in range(6)] == [f"new {n}" for n in range(6)]
    again = await alone.sync()
    assert (again["changes"], again["in_step"]) == ([], 6)
