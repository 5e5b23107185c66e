"""A server whose graph is followed on another server, through its tools."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import monotonic
from typing import Any, TypeAlias

import anyio
import pytest
from anyio.lowlevel import checkpoint
from pydantic import ValidationError

from ltmc_server.commands.verify import verify
from ltmc_server.dispatch import Dispatcher
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from ltmc_server.stores import followed_graph
from tests.bolt_server import PASSWORD, BoltServer

pytestmark = pytest.mark.anyio

Call: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]

LIMIT_S = 1.0
SLACK_S = 1.0
"""What the machine may take beside the time limit; the limit is what is tested."""


def settings_for(folder: Path, server: BoltServer) -> Settings:
    settings = Settings(
        data_dir=folder, project_id="tea", embedding="hashing", neo4j_timeout_s=LIMIT_S
    )
    return settings.model_copy(update=server.settings())


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the view however busy the machine is."""
    monkeypatch.setattr(followed_graph, "CATCH_UP_S", LIMIT_S)


def served(settings: Settings) -> AbstractAsyncContextManager[Dispatcher]:
    return open_dispatcher(settings)


def caller(dispatcher: Dispatcher) -> Call:
    async def call(tool: str, action: str, **arguments: object) -> dict[str, Any]:
        reply = await dispatcher.call(f"{tool}_action", {"action": action} | arguments)
        assert not reply.is_error, reply.payload
        return reply.payload

    return call


async def health(call: Call, *, graph: str) -> dict[str, Any]:
    """Return what a health check says once the graph is so."""
    with anyio.fail_after(60):
        while True:
            said = await call("cache", "health_check")
            if said["database_connections"]["graph"] == graph:
                return said
            await checkpoint()


@pytest.mark.parametrize(
    "uri", ["localhost:7687", "http://localhost:7474", "bolt://me:secret@localhost", "bolt://"]
)
async def test_an_address_that_is_none_or_holds_a_password_is_refused(uri: str) -> None:
    with pytest.raises(ValidationError, match="neo4j_uri"):
        Settings(neo4j_uri=uri)


async def test_a_password_is_not_shown(tmp_path: Path, bolt: BoltServer) -> None:
    assert PASSWORD not in repr(settings_for(tmp_path, bolt))


async def test_what_agents_do_is_walked_there_and_told(tmp_path: Path, bolt: BoltServer) -> None:
    settings = settings_for(tmp_path, bolt)
    async with served(settings) as dispatcher:
        call = caller(dispatcher)
        await health(call, graph="connected")
        stored = await call("memory", "store", file_name="tea.md", content="green tea")
        await call("graph", "link", source_id=stored["id"], target_id="cup", relation="fills")

        said = await health(call, graph="connected")
        assert (said["status"], said["pending_changes"]["graph"]) == ("healthy", 0)
        found = await call("graph", "query", entity="cup")
        assert [one["source_id"] for one in found["relationships"]] == [stored["id"]]
        assert "degraded" not in found
        report = await verify(settings)
        assert "1 links and 1 memories, as in the record" in report.text(), report.text()

        await call("memory", "delete", id=stored["id"])
        assert (await call("graph", "query", entity="cup"))["total"] == 0
        assert (await verify(settings)).exit_status == 0


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_graph_server_that_is_killed_and_comes_back_lacks_nothing(
    tmp_path: Path, own_bolt: BoltServer
) -> None:
    """Kill it in the middle of 1,000 writes; what was acknowledged is in both afterwards."""
    settings, longest = settings_for(tmp_path, own_bolt), 0.0
    async with served(settings) as dispatcher:
        call = caller(dispatcher)
        await health(call, graph="connected")
        for number in range(500):
            began = monotonic()
            stored = await call("memory", "store", file_name=f"{number}.md", content=f"{number}")
            await call("graph", "link", source_id="a", target_id=stored["id"], relation="x")
            longest = max(longest, (monotonic() - began) / 2)
            if number == 200:
                own_bolt.kill()
            if number % 50 == 0:
                began = monotonic()
                found = await call("graph", "query", entity="a", limit=1)
                longest = max(longest, monotonic() - began)
                assert found["total"] == number + 1
                assert found.get("degraded") == ["graph"] or number <= 200
        assert longest < LIMIT_S + SLACK_S
        said = await health(call, graph="unreachable")
        assert said["status"] == "degraded"
        assert said["pending_changes"]["graph"] >= 2 * 299
        assert (await verify(settings)).exit_status == 2

        await anyio.to_thread.run_sync(own_bolt.start)
        said = await health(call, graph="connected")
        assert said["pending_changes"]["graph"] == 0
        found = await call("graph", "query", entity="a", limit=1)
        assert (found["total"], "degraded" in found) == (500, False)
        report = await verify(settings)
        assert (report.exit_status, report.text().count("500 links and 500 memories")) == (0, 1)
