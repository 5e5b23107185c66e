"""memory_action reembed through a whole server: from what a record was made with to what is set."""

from pathlib import Path

import pytest

from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings

pytestmark = pytest.mark.anyio


async def test_a_record_of_the_chosen_model_is_up_to_date(tmp_path: Path) -> None:
    async with open_dispatcher(Settings(data_dir=tmp_path)) as dispatcher:
        stored = {"action": "store", "file_name": "a", "content": "green tea"}
        await dispatcher.call("memory_action", stored)
        await dispatcher.call("memory_action", {"action": "retrieve", "query": "tea"})

        reply = await dispatcher.call("memory_action", {"action": "reembed"})

    assert reply.payload["state"] == "up to date"
    assert (reply.payload["embedded"], reply.payload["total"]) == (1, 1)


async def test_it_takes_no_parameters(tmp_path: Path) -> None:
    async with open_dispatcher(Settings(data_dir=tmp_path)) as dispatcher:
        reply = await dispatcher.call("memory_action", {"action": "reembed", "model": "better"})

    assert reply.is_error
    assert "model" in reply.payload["error"]["message"]
