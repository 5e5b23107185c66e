"""The server over HTTP: who may speak to it, what it answers, and how it ends."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from prometheus_client.parser import text_string_to_metric_families

from ltmc_server.protocol.http import BODY_BYTES_MAX
from ltmc_server.protocol.pipes import LINE_BYTES_MAX
from tests.http_server import JSON, TOKEN, HttpServer
from tests.protocol.test_session import CLIENT, HANDSHAKE, MODERN
from tests.wire import Message, Wire

HELLO = {"protocolVersion": "2025-06-18", **CLIENT}


def asked_anew(questions: list[tuple[str, Message]], first: Message) -> list[tuple[str, Message]]:
    """Return the questions whose answer does not depend on what was asked before.

    Over HTTP each request stands alone: none is too early, none of the wrong era.
    """
    history = {"initialize", "server/discover"}
    return [
        (method, params)
        for method, params in questions
        if method not in history and params.get("_meta") in (None, first)
    ]


def test_the_answers_are_those_over_stdio(tmp_path: Path) -> None:
    questions = asked_anew(HANDSHAKE, {})
    with Wire.open(tmp_path / "pipes") as pipes, HttpServer.open(tmp_path / "http") as server:
        both = [(one, pipes.ask(*one), server.ask(*one)) for one in questions]

    for asked, ours, theirs in both:
        assert ours | {"id": 0} == theirs | {"id": 0}, asked


def test_since_2026_07_28_too(tmp_path: Path) -> None:
    whole = MODERN[1][1]["_meta"]
    # What a header has to repeat is a text.
    questions = [
        (method, params)
        for method, params in asked_anew(MODERN, whole)
        if "_meta" in params and 7 not in params.values()
    ]
    with (
        Wire.open(tmp_path / "pipes", greet=False) as pipes,
        HttpServer.open(tmp_path / "http") as server,
    ):
        both = [(one, pipes.ask(*one), server.ask(*one, modern=True)) for one in questions]

    assert len(both) > 10
    for asked, ours, theirs in both:
        assert ours | {"id": 0} == theirs | {"id": 0}, asked


def test_replicas_serve_one_client_by_turns(tmp_path: Path) -> None:
    with HttpServer.open(tmp_path) as one, HttpServer.open(tmp_path) as other:
        for number, (writer, reader) in enumerate([(one, other), (other, one)] * 3):
            id = writer.call("store", file_name=f"{number}.md", content=f"cup{number}")["id"]
            found = reader.call("retrieve", query=f"cup{number}", top_k=1)["documents"]
            assert [hit["id"] for hit in found] == [id]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "memory.example"}, 200),
        ({"Host": "memory.example:443", "Origin": "https://memory.example"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": "memory.example.evil.example"}, 421),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/mcp", "/metrics"])
def test_only_its_own_names_and_pages_are_answered(
    headers: dict[str, str], status: int, path: str, named: HttpServer
) -> None:
    if path == "/mcp":
        ping = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
        answer = named.request("POST", path, ping, JSON | headers)
    else:
        answer = named.request("GET", path, headers=headers)

    assert answer.status == status
    if status != 200:
        assert "LTMC_HTTP_HOSTS" in answer.message["error"]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    folder = tmp_path_factory.mktemp("named")
    with HttpServer.open(folder, LTMC_HTTP_HOSTS="memory.example") as server:
        yield server


def test_without_the_token_nothing_is_told_but_health(tmp_path: Path) -> None:
    ping = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
    with HttpServer.open(tmp_path, LTMC_HTTP_TOKEN=TOKEN) as server:
        for given in ({}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {TOKEN}"}):
            refused = server.request("POST", "/mcp", ping, JSON | given)
            assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert TOKEN.encode() not in refused.body
            assert server.request("GET", "/metrics", headers=given).status == 401
        wrong = {"Authorization": f"Bearer {TOKEN}x"}
        assert server.request("GET", "/metrics", headers=wrong).status == 401
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert server.request("POST", "/mcp", ping, JSON | right).message["result"] == {}
        assert server.request("GET", "/metrics", headers=right).status == 200
        # By its address, as a load balancer asks.
        health = server.request("GET", "/health", headers={"Host": "10.0.0.7:8765"})
        assert (health.status, health.message["status"]) == (200, "healthy")


@pytest.mark.anyio
async def test_a_client_with_the_token_is_served(tmp_path: Path) -> None:
    with HttpServer.open(tmp_path, LTMC_HTTP_TOKEN=TOKEN) as server:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(server.url, http_client=http)) as client,
        ):
            read = await client.read_resource("ltmc://tools")

    assert "memory_action" in read.contents[0].model_dump()["text"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_are_no_streams_to_leave_open(method: str, named: HttpServer) -> None:
    answer = named.request(method, "/mcp", headers={"Accept": "text/event-stream"})

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_a_body_has_the_bound_that_a_line_has(named: HttpServer) -> None:
    assert BODY_BYTES_MAX == LINE_BYTES_MAX
    with closing(socket.create_connection(("127.0.0.1", named.port), 20)) as connection:
        head = f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BODY_BYTES_MAX + 1}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode())
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413 ")
    arguments = {"action": "store", "file_name": "long.md", "content": "x" * 10_000_000}
    answer = named.ask("tools/call", {"name": "memory_action", "arguments": arguments})
    assert "at most 1000000 characters" in answer["result"]["content"][0]["text"]


def test_metrics_are_what_was_called(tmp_path: Path) -> None:
    with HttpServer.open(tmp_path) as server:
        for number in range(3):
            server.call("store", file_name=f"{number}.md", content="tea")
        server.call("retrieve", query="tea")
        missing = {"name": "memory_action", "arguments": {"action": "get", "id": "mem_no"}}
        server.ask("tools/call", missing)
        answer = server.request("GET", "/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    said = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }
    assert said["ltmc_calls_total", "memory_action", "ok", "store"] == 3
    assert said["ltmc_calls_total", "error", "memory_action", "store"] == 0
    assert said["ltmc_calls_total", "error", "get", "memory_action"] == 1
    assert said["ltmc_call_duration_seconds_count", "memory_action", "store"] == 3
    assert said["ltmc_call_duration_seconds_bucket", "+Inf", "memory_action", "store"] == 3
    assert 0 < said["ltmc_call_duration_seconds_sum", "memory_action", "store"] < 20
    assert said["ltmc_store_up", "sqlite"] == 1
    assert said["ltmc_store_duration_seconds_count", "sqlite"] > 3
    assert said["ltmc_promise_kept", "memory"] == 1
    assert said["ltmc_vector_index_vectors",] == 3
    assert said["ltmc_memory_peak_bytes",] > 1e7
    assert ("ltmc_store_up", "redis") not in said
