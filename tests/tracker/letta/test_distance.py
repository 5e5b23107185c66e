"""The stand-in from far away: round trips cost what they cost, and only who trusts it may speak."""

import asyncio
import ssl
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.tracker.letta.test_standin import MODERN, WAIT_S, agent
from tracker.letta.standin import Standin, standin
from tracker.letta.standin.distance import Distance
from tracker.letta.standin.profiles import ROUND_TRIP_S, measured_ms

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def far() -> Iterator[Standin]:
    with standin("wan") as running:
        yield running


def trusting(server: Standin) -> httpx.Client:
    context = ssl.create_default_context(cafile=server.ca_file)
    return httpx.Client(base_url=server.base_url, verify=context, headers=MODERN, timeout=WAIT_S)


def test_a_new_connection_costs_two_round_trips_more_than_a_kept_one(far: Standin) -> None:
    health_s = measured_ms()["GET /v1/health/"] / 1e3

    with trusting(far) as client:
        begun_s = time.perf_counter()
        client.get("/v1/health/")
        opened_s = time.perf_counter()
        client.get("/v1/health/")
        kept_s = time.perf_counter()

    assert opened_s - begun_s >= 3 * ROUND_TRIP_S + health_s
    assert kept_s - opened_s >= ROUND_TRIP_S + health_s


def test_whoever_does_not_trust_it_is_not_answered(far: Standin) -> None:
    with httpx.Client(base_url=far.base_url) as stranger, pytest.raises(httpx.ConnectError):
        stranger.get("/v1/health/")


def test_who_it_is_is_trusted_by_the_file_alone(far: Standin) -> None:
    assert far.ca_file is not None
    context = ssl.create_default_context(cafile=far.ca_file)

    assert context.cert_store_stats()["x509_ca"] == 1
    assert far.counters()["connections"] >= 0


def test_what_is_large_arrives_whole(far: Standin) -> None:
    value = "0123456789" * 50_000
    with trusting(far) as client:
        id = agent(client, memory_blocks=[{"label": "human", "value": value}])

        block = client.get(f"/v1/agents/{id}/core-memory/blocks/human").json()

    assert block["value"] == value


async def test_bytes_arrive_in_order_and_half_a_round_trip_late() -> None:
    round_trip_s = 0.05

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(100):
            writer.write(piece)
        writer.close()

    async with asyncio.timeout(WAIT_S), await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        distance = Distance(server.sockets[0].getsockname()[1], round_trip_s)
        async with await asyncio.start_server(distance.carry, "127.0.0.1", 0) as entrance:
            reader, writer = await asyncio.open_connection(*entrance.sockets[0].getsockname())
            begun_s = time.perf_counter()
            writer.write(b"first")
            assert await reader.readexactly(5) == b"first"
            assert time.perf_counter() - begun_s >= 2 * round_trip_s
            for piece in (b"one ", b"two ", b"three"):
                writer.write(piece)
                await writer.drain()
            writer.write_eof()
            assert await reader.read() == b"one two three"
            writer.close()
            await writer.wait_closed()
    assert not distance.carrying
