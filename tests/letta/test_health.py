"""The Letta server among the stores that are looked after."""

from pathlib import Path

import pytest

from ltmc_server.letta.client import LettaClient
from ltmc_server.letta.errors import LettaUnavailable
from ltmc_server.letta.repeating import SILENCES
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.letta.asking_letta import asking
from tests.letta.http_script import answer, serving

pytestmark = pytest.mark.anyio

WELL = answer({"status": "ok", "version": "0.16.8"})


async def test_a_server_is_as_it_last_was() -> None:
    async with asking(WELL, letta_retries=0) as asked:
        client = asked.client
        states = [client.state]
        await client.get("/v1/health/", about="health", fresh=True)
        states.append(client.state)
        for _ in range(SILENCES):
            client.repeating._silent("did not answer")  # noqa: SLF001  as timeouts would
        states.append(client.state)
        await client.get("/v1/health/", about="health", fresh=True)
        states.append(client.state)

    assert states == ["not loaded yet", "connected", "unreachable", "connected"]


async def test_a_silent_letta_degrades_the_server_and_its_doings_are_counted(
    tmp_path: Path,
) -> None:
    async with serving(WELL) as script:
        settings = Settings(data_dir=tmp_path, letta_base_url=script.url, letta_retries=0)
        async with open_dispatcher(settings) as dispatcher:
            reply = await dispatcher.call("letta_health_check", {})
            assert not reply.is_error
            assert dispatcher.health.counted["letta"].figures()["requests_total"] == 1
            assert (await dispatcher.health.stores())["letta"][0] == "connected"

            client: LettaClient = dispatcher.tools["letta"].letta  # type: ignore[attr-defined]
            script.steps[:] = [script.never]
            client.settings = settings.model_copy(update={"letta_timeout_s": 0.02})
            for _ in range(SILENCES):
                with pytest.raises(LettaUnavailable):
                    await client.get("/v1/agents/", about="agents")
            states = {name: one[0] for name, one in (await dispatcher.health.stores()).items()}
            assert states["letta"] == "unreachable"
            assert dispatcher.health.status(states) == "degraded"


async def test_there_is_nothing_to_look_after_without_one(tmp_path: Path) -> None:
    async with open_dispatcher(Settings(data_dir=tmp_path)) as dispatcher:
        assert "letta" not in await dispatcher.health.stores()
