"""The stand-in as a server: it starts, counts, is late as told, refuses, and leaves nothing."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from tracker.errors import StandinNotStarted
from tracker.letta import standin as starting
from tracker.letta.standin import Standin, agents, standin
from tracker.letta.standin.profiles import measured_ms
from tracker.letta.standin.requests import Asked, Refused
from tracker.letta.standin.serving import listening
from tracker.letta.standin.state import State

MODERN = {"X-Stainless-Package-Version": "1.12.1"}
MODEL = {"model": "openai-proxy/gpt-4o-mini", "include_base_tools": False}
WAIT_S = 10.0


@pytest.fixture(scope="module")
def server() -> Iterator[Standin]:
    with standin() as running:
        yield running


@pytest.fixture
def client(server: Standin) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, headers=MODERN, timeout=WAIT_S) as connected:
        yield connected


def agent(client: httpx.Client, **fields: object) -> str:
    created = client.post("/v1/agents/", json=MODEL | fields)
    assert created.status_code == 200, created.text
    id = created.json()["id"]
    assert isinstance(id, str)
    return id


def test_it_ends_with_the_block() -> None:
    with standin() as running:
        assert psutil.pid_exists(running.pid)

    assert not psutil.pid_exists(running.pid)


def test_it_ends_with_the_process_that_started_it() -> None:
    code = (
        "from tracker.letta.standin import standin\n"
        "with standin() as running:\n"
        "    print(running.pid, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        running = psutil.Process(int(starter.stdout.readline()))
        starter.kill()

    _, left = psutil.wait_procs([running], timeout=WAIT_S)
    for each in left:
        each.kill()
    assert not left


def test_one_that_does_not_serve_is_stopped_and_says_how_to_see_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(starting, "START_S", 0.0)
    before = set(psutil.Process().children())

    with pytest.raises(StandinNotStarted, match=r"python -m tracker\.letta\.standin"), standin():
        pass

    assert not set(psutil.Process().children()) - before


def test_it_counts_requests_by_route_and_connections_but_not_who_asks(server: Standin) -> None:
    before = server.counters()
    for _ in range(2):
        with httpx.Client(base_url=server.base_url, headers=MODERN) as client:
            id = agent(client)
            client.get(f"/v1/agents/{id}")
            client.get("/nothing")

    after = server.counters()

    def more(route: str) -> int:
        return int(after["requests"].get(route, 0)) - int(before["requests"].get(route, 0))

    assert after["connections"] - before["connections"] == 2
    assert more("GET /v1/agents/{agent_id}") == 2
    assert more("POST /v1/agents/") == 2
    assert more("GET (no route)") == 2


@pytest.mark.parametrize(
    "path", ["/v1/health/", "/v1/agents/", "/v1/agents", "/v1/x", "/v1/tools/x"]
)
def test_every_answer_says_how_long_it_took(client: httpx.Client, path: str) -> None:
    assert float(client.get(path).headers["x-server-ms"]) >= 0


def test_a_list_of_agents_is_as_large_as_the_real_one(client: httpx.Client) -> None:
    for index in range(20):
        agent(client, name=f"sized{index}", tags=["sized"])

    listed = client.get("/v1/agents/", params={"tags": "sized", "limit": 20})

    assert len(listed.json()) == 20
    assert 6_000 <= len(listed.content) / 20 <= 7_000


def test_a_passage_is_as_large_as_the_real_one(client: httpx.Client) -> None:
    id = agent(client)

    passage = client.post(f"/v1/agents/{id}/archival-memory", json={"text": "the sky"})

    assert 40_000 <= len(passage.content) <= 46_000
    assert len(passage.json()[0]["embedding"]) == 4_096


def test_clients_before_version_1_get_heavier_answers(server: Standin) -> None:
    with httpx.Client(base_url=server.base_url) as old:
        blocks = [{"label": "human", "value": "Sam"}]
        id = agent(old, memory_blocks=blocks)
        told = old.get(f"/v1/agents/{id}").json()
        refused = old.post(f"/v1/agents/{id}/messages", json={"input": "hi", "streaming": True})

    assert [block["value"] for block in told["blocks"]] == ["Sam"]
    assert refused.status_code == 422


def test_tokens_are_streamed_in_pieces_that_make_the_whole(client: httpx.Client) -> None:
    id = agent(client)
    asked = {"input": "hello", "streaming": True, "stream_tokens": True}

    with client.stream("POST", f"/v1/agents/{id}/messages", json=asked) as answer:
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line]

    events = [json.loads(line) for line in lines[:-1]]
    pieces = [each["content"] for each in events if each["message_type"] == "assistant_message"]
    listed = client.get(f"/v1/agents/{id}/messages").json()
    assert lines[-1] == "[DONE]"
    assert len(pieces) > 1
    assert "".join(pieces) == listed[-1]["content"]


def test_a_body_that_is_no_json_or_too_large_is_refused(client: httpx.Client) -> None:
    broken = client.post("/v1/agents/", content=b"{")
    large = client.post("/v1/agents/", content=b" " * (16 * 2**20 + 1))

    assert broken.status_code == 422
    assert large.status_code == 413
    assert client.get("/v1/health/").json()["status"] == "ok"


def test_an_agent_file_that_is_wrong_makes_nothing(client: httpx.Client) -> None:
    half = {"name": "half", "tags": [], "block_ids": ["block-1"], "tool_ids": [], "messages": []}
    block = {"id": "block-0", "label": "human", "value": "of half an agent"}
    file = json.dumps({"agents": [half], "blocks": [block], "tools": []}).encode()
    before = client.get("/v1/agents/count").json()

    refused = client.post("/v1/agents/import", files={"file": ("x.af", file)})

    blocks = client.get("/v1/blocks/", params={"label": "human", "limit": 1000}).json()
    assert refused.status_code == 400
    assert "block-1" in refused.json()["detail"]
    assert client.get("/v1/agents/count").json() == before
    assert "of half an agent" not in [each["value"] for each in blocks]


def test_what_would_be_too_much_is_refused_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agents, "AGENTS_MAX", 1)
    monkeypatch.setattr(agents, "BLOCKS_MAX", 2)
    state = State()
    block = {"label": "human", "value": "Sam"}
    crowded = Asked({}, {}, MODEL | {"memory_blocks": [block] * 3})
    small = Asked({}, {}, MODEL | {"memory_blocks": [block]})

    with pytest.raises(Refused, match="2 blocks at most"):
        agents.create(state, crowded)
    agents.create(state, small)
    with pytest.raises(Refused, match="1 agents at most"):
        agents.create(state, small)

    assert [len(state.agents), len(state.blocks)] == [1, 1]


def test_small_answers_are_not_held_back() -> None:
    # Else the kernel waits for more to send, 40 ms of it, which no real server does.
    with listening(0) as bound:
        assert bound.proto == socket.IPPROTO_TCP


def test_answers_are_as_late_as_the_real_ones_and_do_not_wait_for_each_other() -> None:
    late_s = measured_ms()["POST /v1/agents/{agent_id}/messages"] / 1e3
    at_once = 10
    with standin("measured") as server, httpx.Client(base_url=server.base_url) as client:
        path = f"/v1/agents/{agent(client)}/messages"

        def sent(_: int) -> httpx.Response:
            return client.post(path, json={"input": "hello"}, timeout=WAIT_S)

        with ThreadPoolExecutor(at_once) as pool:
            begun_s = time.perf_counter()
            answers = list(pool.map(sent, range(at_once)))
            took_s = time.perf_counter() - begun_s

    assert {each.status_code for each in answers} == {200}
    assert min(float(each.headers["x-server-ms"]) for each in answers) >= late_s * 1e3
    assert late_s <= took_s < at_once * late_s
