"""Walks answered by the server that follows the record, while that is right; else by the record."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from ltmc_server.observability.degraded import noting
from ltmc_server.stores import followed_graph
from ltmc_server.stores.bolt.connection import Bolt, BoltAddress
from ltmc_server.stores.bolt.view import BoltView
from ltmc_server.stores.followed_graph import FollowedGraph
from ltmc_server.stores.following import Follower
from ltmc_server.stores.graph import Relationships, Walk
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.graph import SqliteGraph
from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges
from tests.bolt_server import PASSWORD, USER, BoltServer, free_port
from tests.stores.graph_stores import arrow
from tests.waiting import until

pytestmark = pytest.mark.anyio

FROM_A = Walk(project_id="here", start="a", depth=2)
LIMIT_S = 1.0


@asynccontextmanager
async def followed(folder: Path, address: BoltAddress) -> AsyncIterator[FollowedGraph]:
    """Open a record whose graph is followed by a job, as in a server."""
    with Database.open(folder / "ltmc.db", durability="normal") as database:
        follower = Follower(SqliteLinkChanges(database), Bolt(address))
        graph = FollowedGraph(SqliteGraph(database), follower)
        job = asyncio.get_running_loop().create_task(follower.run())
        try:
            yield graph
        finally:
            job.cancel()
            with suppress(asyncio.CancelledError):
                await job


@pytest.fixture
async def graph(
    tmp_path: Path, bolt: BoltServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FollowedGraph]:
    """Return a graph that waits for its view however busy the machine is."""
    monkeypatch.setattr(followed_graph, "CATCH_UP_S", 20.0)
    async with followed(tmp_path, bolt.address) as opened:
        await connected(opened)
        yield opened


async def connected(graph: FollowedGraph) -> None:
    await until(lambda: graph.follower.state == "connected" and not graph.follower.pending)


async def asked(graph: FollowedGraph) -> tuple[Relationships, set[str]]:
    """Return what a walk gives, and what it did without."""
    with noting() as missed:
        found = await graph.relationships(FROM_A, limit=999)
    return found, missed


async def test_what_was_linked_a_moment_ago_is_walked_on_the_other_server(
    graph: FollowedGraph,
) -> None:
    for number in range(20):
        await graph.put([arrow(f"a>{number}"), arrow(f"{number}>z{number}")])
        found, missed = await asked(graph)
        assert found == await graph.record.relationships(FROM_A, limit=999)
        assert (found.total, missed) == (2 * (number + 1), set())
    chain = await graph.path(FROM_A, "z3")
    assert chain == await graph.record.path(FROM_A, "z3")


async def test_a_walk_is_right_while_another_process_writes(
    graph: FollowedGraph, tmp_path: Path
) -> None:
    """Each round writes past this process, so that its view is behind when it is asked."""
    with Database.open(tmp_path / "ltmc.db", durability="normal") as other:
        elsewhere = SqliteGraph(other)

        async def assert_right() -> None:
            found, missed = await asked(graph)
            assert found == await elsewhere.relationships(FROM_A, limit=999)
            assert missed == set()

        for number in range(10):
            await elsewhere.put([arrow(f"a>{number}")])
            await assert_right()
            await elsewhere.remove_entity("here", str(number // 2))
            await assert_right()
            await graph.put([arrow(f"{number}>{number + 1}")])
            await assert_right()


async def test_a_view_that_lost_everything_is_not_believed(graph: FollowedGraph) -> None:
    await graph.put([arrow("a>b")])
    assert (await asked(graph))[0].total == 1
    view = graph.follower.view
    assert view is not None

    async def forget(transaction: object) -> None:
        for label in ("LtmcEntity", "LtmcView"):
            text = f"MATCH (n:{label}) WHERE $view IN [n.view, n.id] DETACH DELETE n"
            await transaction.run(text, view=view.id)  # type: ignore[attr-defined]

    await graph.follower.bolt.run("forgetting", forget, writes=True)

    assert (await asked(graph))[0].total == 1
    await connected(graph)
    found, missed = await asked(graph)
    assert (found.total, missed) == (1, set())


async def test_the_record_answers_while_nothing_listens(tmp_path: Path) -> None:
    nowhere = BoltAddress(
        uri=f"bolt://127.0.0.1:{free_port()}", user=USER, password=PASSWORD, database="neo4j"
    )
    async with followed(tmp_path, nowhere) as graph:
        await graph.put([arrow("a>b")])

        for _ in range(3):
            began = monotonic()
            found, missed = await asked(graph)
            assert (found.total, missed) == (1, {"graph"})
            assert monotonic() - began < LIMIT_S

        await until(lambda: graph.follower.failures >= 2)
        began = monotonic()
        await asked(graph)
        # Nobody knocks there any more.
        assert monotonic() - began < 0.1
        assert graph.follower.pending == 1


async def test_a_server_that_says_nothing_costs_one_time_limit_once(tmp_path: Path) -> None:
    """A port that takes connections and never answers: the worst that a network does."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError, ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    address = BoltAddress(
        uri=f"bolt://127.0.0.1:{port}",
        user=USER,
        password=PASSWORD,
        database="neo4j",
        timeout_s=0.5,
    )
    try:
        async with followed(tmp_path, address) as graph:
            await graph.put([arrow("a>b")])
            took = []
            for _ in range(10):
                began = monotonic()
                assert (await asked(graph))[0].total == 1
                took.append(monotonic() - began)
            assert max(took) < LIMIT_S
            assert sum(took) < 2.0
    finally:
        server.close()


async def test_a_wrong_password_is_told_without_it(
    tmp_path: Path, bolt: BoltServer, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "not-the-password"  # noqa: S105  it is wrong
    wrong = replace(bolt.address, password=secret)
    assert secret not in repr(wrong)
    async with followed(tmp_path, wrong) as graph:
        await until(lambda: graph.follower.state == "unreachable")
        assert await graph.follower.look() == "unreachable"

    [said] = [record.getMessage() for record in caplog.records]
    assert "Unauthorized" in said
    assert secret not in caplog.text


async def test_how_a_server_is_that_is_known_to_be_away_is_said_at_once(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Database.open(tmp_path / "ltmc.db") as database,
    ):
        uri = f"bolt://127.0.0.1:{silent.getsockname()[1]}"
        bolt = Bolt(BoltAddress(uri=uri, user="", password="", database="", timeout_s=30.0))
        follower = Follower(SqliteLinkChanges(database), bolt, state="unreachable")
        follower.view = BoltView(bolt, "a view")
        async with asyncio.timeout(5):
            assert await follower.look() == "unreachable"
        await bolt.close()
