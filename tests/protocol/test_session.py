"""Our own way of speaking MCP gives the SDK's answers, in both eras of the protocol."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.wire import SERVER, Message, Wire, environment

SDK = (*SERVER, "--transport", "sdk-stdio")

VERSION = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
ENVELOPE = {
    VERSION: "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    CAPABILITIES: {},
}
CLIENT = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
LIST = {"name": "todo_action", "arguments": {"action": "list"}}

RESOURCES: list[tuple[str, Message]] = [
    ("resources/list", {}),
    ("resources/templates/list", {}),
    ("resources/read", {"uri": "ltmc://tools"}),
    ("resources/read", {"uri": "ltmc://health"}),
    ("resources/read", {"uri": "ltmc://no such"}),
    ("resources/read", {"uri": "file:///etc/passwd"}),
    ("resources/read", {"uri": "health"}),
    ("resources/read", {"uri": "ltmc://memory/"}),
    ("resources/read", {"uri": "ltmc://memory/01JAAAAAAAAAAAAAAAAAAAAAAA"}),
    ("resources/read", {"uri": "ltmc://memory/" + "x" * 5_000}),
    ("resources/read", {"uri": 7}),
    ("resources/read", {}),
]
HANDSHAKE: list[tuple[str, Message]] = [
    ("tools/list", {}),
    ("resources/list", {}),
    ("resources/read", {"uri": "ltmc://health"}),
    ("ping", {}),
    ("initialize", {}),
    ("initialize", CLIENT),
    ("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {}}),
    ("initialize", {"protocolVersion": "2025-06-18", **CLIENT}),
    ("ping", {}),
    ("tools/list", {}),
    ("tools/list", {"_meta": ENVELOPE}),
    ("tools/call", LIST),
    ("tools/call", {"name": "todo_action"}),
    ("tools/call", {"name": "todo_action", "arguments": {"action": "add"}}),
    ("tools/call", {"name": "no_such_tool", "arguments": {}}),
    ("tools/call", {"name": 7}),
    ("tools/call", {"name": "todo_action", "arguments": [1]}),
    ("tools/call", {}),
    ("server/discover", {}),
    ("logging/setLevel", {"level": "info"}),
    *RESOURCES,
    ("resources/list", {"cursor": "7"}),
    ("resources/subscribe", {"uri": "ltmc://health"}),
    ("prompts/list", {}),
    ("no/such", {}),
    ("initialize", {"protocolVersion": "1999-01-01", **CLIENT}),
    ("initialize", {"protocolVersion": "2024-11-05", **CLIENT}),
]
MODERN: list[tuple[str, Message]] = [
    ("server/discover", {"_meta": ENVELOPE}),
    ("tools/list", {"_meta": ENVELOPE}),
    ("tools/call", {"_meta": ENVELOPE, **LIST}),
    ("tools/call", {"_meta": ENVELOPE, "name": "todo_action", "arguments": {"action": "add"}}),
    ("tools/call", {"_meta": ENVELOPE, "name": "no_such_tool"}),
    ("tools/call", {"_meta": ENVELOPE, "name": 7}),
    ("tools/list", {}),
    ("tools/list", {"_meta": {VERSION: "2026-07-28"}}),
    ("tools/list", {"_meta": ENVELOPE | {VERSION: "2030-01-01"}}),
    *((method, params | {"_meta": ENVELOPE}) for method, params in RESOURCES),
    ("resources/read", {"uri": "ltmc://health"}),
    ("ping", {"_meta": ENVELOPE}),
    ("no/such", {"_meta": ENVELOPE}),
    ("initialize", {"protocolVersion": "2025-11-25", **CLIENT}),
]


@pytest.fixture(scope="module", params=[HANDSHAKE, MODERN], ids=["handshake", "modern"])
def answers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[str, Message, Message, Message]]]:
    """Ask both servers the same; a connection of the other era begins with another question."""
    folder = tmp_path_factory.mktemp("both")
    with (
        Wire.open(folder / "ours", greet=False) as ours,
        Wire.open(folder / "sdk", command=SDK, greet=False) as sdk,
    ):
        yield [
            (method, params, ours.ask(method, params), sdk.ask(method, params))
            for method, params in request.param
        ]


def test_every_answer_is_the_sdks(answers: list[tuple[str, Message, Message, Message]]) -> None:
    different = [(method, ours, sdk) for method, _, ours, sdk in answers if ours != sdk]

    assert different == []


def test_many_calls_under_way_are_all_answered(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as wire:
        asked = {wire.start_store(f"{n}.md", "tea " * 50) for n in range(400)}
        answered = {wire.read()["id"] for _ in asked}

    assert answered == asked


def test_what_was_asked_before_hanging_up_is_answered(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as wire:
        assert wire.process.stdin
        asked = {wire.start_store(f"{n}.md", "tea") for n in range(20)}
        wire.process.stdin.close()
        answered = {wire.read()["id"] for _ in asked}

        assert answered == asked
        assert wire.process.wait(10) == 0


def test_what_was_answered_can_be_read_after_a_signal_too(tmp_path: Path) -> None:
    """Answers of a megabyte are still in the server when it is told to end."""
    with Wire.open(tmp_path) as wire:
        wire.call("store", file_name="long.md", content="tea " * 3_000)
        params = {"name": "memory_action", "arguments": {"action": "get", "file_name": "long.md"}}
        request = {"jsonrpc": "2.0", "method": "tools/call", "params": params}
        asked = list(range(100, 140))
        # In one write, so that all are read before the server waits for its client.
        wire.send(b"\n".join(json.dumps(request | {"id": id}).encode() for id in asked))
        answered = [wire.read()["id"]]
        wire.process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            wire.process.wait(1)
        answered += [wire.read()["id"] for _ in asked[1:]]

        assert sorted(answered) == asked
        assert wire.process.wait(10) == 0


def test_a_client_that_does_not_read_is_waited_for(tmp_path: Path) -> None:
    """Answers of 8 MB fit into no pipe: the server must neither drop nor pile them up."""
    with Wire.open(tmp_path) as wire:
        wire.call("store", file_name="long.md", content="tea " * 3_000)
        params = {"name": "memory_action", "arguments": {"action": "get", "file_name": "long.md"}}
        asked = [wire.start("tools/call", params) for _ in range(300)]
        answered = [wire.read()["id"] for _ in asked]

    assert sorted(answered) == asked


def test_a_line_without_end_is_refused_and_the_next_is_answered(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as wire:
        wire.send(b"x" * (17 * 2**20))
        refused = wire.read()

        assert refused["id"] is None
        assert "16777216 bytes" in refused["error"]["message"]
        assert wire.ask("ping", {})["result"] == {}


def test_a_signal_ends_it_in_order(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as wire:
        wire.call("store", file_name="a.md", content="tea")
        wire.process.terminate()

        assert wire.process.wait(10) == 0
    # SQLite removes its write-ahead log when the last connection is closed, and only then.
    assert not (tmp_path / "ltmc.db-wal").exists()


def test_files_in_place_of_pipes_are_served_too(tmp_path: Path) -> None:
    asked, said = tmp_path / "in", tmp_path / "out"
    asked.write_text('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
    with asked.open() as stdin, said.open("w") as stdout:
        subprocess.run(SERVER, stdin=stdin, stdout=stdout, env=environment(tmp_path), check=True)

    assert '"id":1' in said.read_text()


def test_without_a_client_it_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        SERVER,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
        timeout=20,
        check=True,
    )

    assert done.stderr == b""


def test_a_cancelled_call_is_neither_answered_nor_done(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as wire:
        wire.call("list")  # From here on the record is there.
        with closing(sqlite3.connect(tmp_path / "ltmc.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # so the store has to wait
            id = wire.start_store("a.md", "tea")
            wire.cancel(id)
            # The answer to this is the next one: the cancelled call has none.
            assert wire.ask("ping", {})["result"] == {}
            other.execute("ROLLBACK")

        assert wire.call("list")["total"] == 0
