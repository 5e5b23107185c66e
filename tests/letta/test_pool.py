"""What goes over the wire: letta-client's headers, the key, and as many connections as are set."""

import asyncio
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from pydantic import SecretStr

from ltmc_server.letta.errors import LettaUnavailable
from ltmc_server.letta.interfaces import Query
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.letta.asking_letta import KEY, NOTHING, asking, client_of
from tests.letta.http_script import answer, held, serving
from tests.waiting import until

pytestmark = pytest.mark.anyio

GOOD = answer({"is": "good"})


async def test_letta_is_told_whose_interface_is_spoken() -> None:
    async with asking(GOOD) as asked:
        await asked.client.get("/v1/x", about="x")
        await asked.client.send("POST", "/v1/x", {}, changes=NOTHING)

    read, written = (came.headers for came in asked.script.came)
    assert read["x-stainless-package-version"] == version("letta-client")
    assert read["user-agent"] == f"AsyncLetta/Python {version('letta-client')}"
    assert read["x-stainless-async"] == "async:asyncio"
    assert read["authorization"] == f"Bearer {KEY}"
    assert read["accept"] == "application/json"
    assert "content-type" not in read
    assert written["content-type"] == "application/json"


async def test_nothing_is_shown_where_no_key_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTA_API_KEY", "of-somebody-else")
    async with asking(GOOD, letta_api_key=None) as asked:
        await asked.client.get("/v1/x", about="x")

    assert "authorization" not in asked.script.came[0].headers


async def test_a_key_that_no_header_takes_is_said() -> None:
    async with asking(GOOD, letta_api_key=SecretStr("two\nlines")) as asked:
        with pytest.raises(LettaUnavailable, match="LTMC_LETTA_API_KEY") as caught:
            await asked.client.get("/v1/x", about="x")

    assert "two" not in str(caught.value)
    assert asked.script.came == []


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_server_may_be_below_a_path(slash: str) -> None:
    async with serving(GOOD) as script, client_of(f"{script.url}/letta{slash}") as (client, _, _):
        await client.get("/v1/agents/a%2Fb", about="x")

    assert script.came[0].target == "/letta/v1/agents/a%2Fb"


async def test_parameters_are_written_as_letta_reads_them() -> None:
    query: Query = {"limit": 5, "tags": ["a b", "ü&"], "asc": True, "after": None, "half": "\ud800"}
    async with asking(GOOD) as asked:
        await asked.client.get("/v1/agents/", query, about="agents")
        await asked.client.send("DELETE", "/v1/x", changes=NOTHING, query={"force": False})

    read, written = asked.script.came
    assert read.target == "/v1/agents/?limit=5&tags=a+b&tags=%C3%BC%26&asc=true&half=%3F"
    assert (written.target, written.body) == ("/v1/x?force=false", b"")


@pytest.mark.parametrize("size", [1, 3])
async def test_there_are_as_many_connections_as_are_set(size: int) -> None:
    released = asyncio.Event()
    async with asking(held(released, GOOD), letta_pool_size=size) as asked:
        reads = [asyncio.create_task(asked.client.get(f"/v1/{at}", about="x")) for at in range(8)]
        await until(lambda: len(asked.script.came) >= size)
        released.set()
        await asyncio.gather(*reads)

    assert asked.script.connections == size
    assert len(asked.script.came) == 8


async def test_connections_are_kept_while_they_are_used() -> None:
    async with asking(GOOD) as asked:
        for at in range(5):
            await asked.client.get(f"/v1/{at}", about="x")

        assert asked.script.connections == 1


async def test_a_connection_is_not_kept_longer_than_is_set() -> None:
    async with asking(GOOD, letta_keepalive_s=0.02) as asked:
        await asked.client.get("/v1/1", about="x")
        await until(lambda: asked.script.open_now == 0)


async def test_a_message_has_a_time_of_its_own() -> None:
    quick = {"letta_timeout_s": 0.05, "letta_message_timeout_s": 20}
    async with asking(**quick) as asked:
        released = asyncio.Event()
        asked.script.steps += [held(released, GOOD), held(released, GOOD)]
        chat = asyncio.create_task(asked.client.message("/v1/m", {}, agent_id="agent-1"))
        with pytest.raises(LettaUnavailable, match=r"within 0.05 s"):
            await asked.client.get("/v1/x", about="x")
        released.set()
        assert await chat == {"is": "good"}
    async with asking(letta_message_timeout_s=0.05) as asked:
        asked.script.steps.append(asked.script.never)
        with pytest.raises(LettaUnavailable, match=r"within 0.05 s"):
            await asked.client.message("/v1/m", {}, agent_id="agent-1")


async def test_connections_end_with_the_client() -> None:
    async with asking(GOOD) as asked:
        await asked.client.get("/v1/x", about="x")
        assert asked.script.open_now == 1
        await asked.client.aclose()
        await until(lambda: asked.script.open_now == 0)


async def test_a_server_imports_it_beside_the_calls_and_ends_it(tmp_path: Path) -> None:
    async with serving(GOOD) as script:
        settings = Settings(data_dir=tmp_path, letta_base_url=script.url)
        async with open_dispatcher(settings) as dispatcher:
            tool = dispatcher.tools["letta"]
            client = tool.letta  # type: ignore[attr-defined]
            assert not client.connection.is_open
            await until(lambda: client.connection.is_open)
            assert script.came == []


async def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(GOOD) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with client_of("http://letta.test:8283") as (client, _, _):
            await client.get("/v1/x", about="x")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with asking(GOOD) as asked:
            await asked.client.get("/v1/x", about="x")

    assert [came.target for came in proxy.came] == ["http://letta.test:8283/v1/x"]


def test_a_call_that_comes_first_waits_for_the_import_in_a_thread() -> None:
    code = """
import asyncio, sys
from ltmc_server.letta.client import LettaClient
from ltmc_server.settings import Settings
from tests.letta.http_script import answer, serving

async def main():
    async with serving(answer("good")) as script:
        client = LettaClient(Settings(letta_base_url=script.url, letta_timeout_s=0.3))
        assert not {"letta_client", "aiohttp", "httpx", "tenacity"} & set(sys.modules)
        read = asyncio.create_task(client.get("/v1/x", about="x"))
        ticks = 0
        while not read.done():
            await asyncio.sleep(0.001)
            ticks += 1
        await client.aclose()
        print(read.result().value, ticks)

asyncio.run(main())
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    value, ticks = run.stdout.split()
    assert value == "good"
    assert int(ticks) > 10, "the event loop stood still"
