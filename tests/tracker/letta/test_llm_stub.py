"""The stub of a language model, as a program that is asked over HTTP."""

import base64
import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def stub() -> Iterator[httpx.Client]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        url = "http://{}:{}".format(*bound.getsockname())
        command = [sys.executable, "-m", "tracker.letta.llm_stub", str(bound.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=(bound.fileno(),))
    try:
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
            yield client
    finally:
        process.terminate()
        assert process.wait(20) is not None


def chat(text: str, **more: object) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": text}], **more}


def events(answer: httpx.Response) -> list[dict[str, Any]]:
    *pieces, done = [part.removeprefix("data: ") for part in answer.text.strip().split("\n\n")]
    assert done == "[DONE]"
    return [json.loads(piece) for piece in pieces]


def test_every_connection_is_closed_after_its_answer(stub: httpx.Client) -> None:
    address = (stub.base_url.host, stub.base_url.port or 0)
    for path in ("/v1/models", "/nowhere"):
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            said = b""
            while some := connection.recv(1 << 16):  # ends only when the other side closes
                said += some
        assert b"\r\nconnection: close\r\n" in said.lower()


def test_it_poses_as_models_of_both_kinds(stub: httpx.Client) -> None:
    listed = [model["id"] for model in stub.get("/v1/models").json()["data"]]

    assert {"gpt-4o-mini", "text-embedding-3-small"} <= set(listed)


def test_a_stream_says_what_one_answer_says(stub: httpx.Client) -> None:
    whole = stub.post("/v1/chat/completions", json=chat("hello")).json()
    streamed = events(stub.post("/v1/chat/completions", json=chat("hello", stream=True)))

    *pieces, used = streamed
    text = "".join(piece["choices"][0]["delta"].get("content") or "" for piece in pieces)
    assert text == whole["choices"][0]["message"]["content"]
    assert pieces[-1]["choices"][0]["finish_reason"] == "stop"
    assert used["usage"] == whole["usage"]


def test_a_call_is_streamed_in_pieces(stub: httpx.Client) -> None:
    tools = [{"type": "function", "function": {"name": "roll"}}]
    said = chat('CALL roll {"sides": 6, "times": 12}', tools=tools, stream=True)

    calls = [
        call
        for event in events(stub.post("/v1/chat/completions", json=said))
        for choice in event["choices"]
        for call in choice["delta"].get("tool_calls", ())
    ]

    assert calls[0]["function"]["name"] == "roll"
    arguments = "".join(call["function"]["arguments"] for call in calls)
    assert json.loads(arguments) == {"sides": 6, "times": 12}


def test_embeddings_in_base64_are_those_in_numbers(stub: httpx.Client) -> None:
    texts = {"input": ["one text", "another"]}
    packed = {**texts, "encoding_format": "base64"}
    numbers = stub.post("/v1/embeddings", json=texts).json()["data"]
    encoded = stub.post("/v1/embeddings", json=packed).json()["data"]

    for one, other in zip(numbers, encoded, strict=True):
        unpacked = struct.unpack("<1536f", base64.b64decode(other["embedding"]))
        assert unpacked == pytest.approx(one["embedding"], abs=1e-6)


def test_its_latency_can_be_set_while_it_runs(stub: httpx.Client) -> None:
    stub.post("/config", json={"latency_ms": 200})
    begun_s = time.perf_counter()
    stub.post("/v1/chat/completions", json=chat("hello"))
    took_s = time.perf_counter() - begun_s

    assert stub.post("/config", json={"latency_ms": 0}).json() == {"latency_ms": 0, "stream_ms": 0}
    assert took_s >= 0.2


def test_it_counts_what_it_was_asked(stub: httpx.Client) -> None:
    before = stub.get("/stats").json()
    stub.post("/v1/embeddings", json={"input": ["a", "b", "c"]})

    assert stub.get("/stats").json()["embeddings"] == before.get("embeddings", 0) + 3


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/v1/chat/completions", "{", "line 1"),
        ("/v1/chat/completions", "[]", "no JSON object"),
        ("/v1/embeddings", '{"input": "x", "dimensions": 100000}', "dimensions"),
        ("/config", '{"latency_ms": -1}', "latency_ms"),
        ("/config", '{"latencies": 1}', "latencies"),
    ],
)
def test_a_wrong_request_is_refused(stub: httpx.Client, path: str, body: str, named: str) -> None:
    refused = stub.post(path, content=body)

    assert refused.status_code == 400
    assert named in refused.json()["error"]["message"]
