"""How the server over HTTP starts, which starts it refuses, and how it ends."""

import json
import select
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from ltmc_server.__main__ import main
from ltmc_server.protocol.http import listen
from ltmc_server.settings import Settings
from tests.http_server import JSON, TOKEN, HttpServer
from tests.wire import SERVER, WAIT_S, environment


def test_a_signal_in_the_middle_of_stores_loses_none_that_was_answered(tmp_path: Path) -> None:
    """Store from eight threads, end the server after the twentieth answer, and look."""
    acknowledged: list[str] = []

    def store(writer: int) -> None:
        for number in range(200):
            name = f"{writer}-{number}.md"
            try:
                server.call("store", file_name=name, content=f"tea {name} " * 50)
            except (OSError, HTTPException):
                return
            acknowledged.append(name)
            if len(acknowledged) == 20:
                server.process.terminate()

    with HttpServer.open(tmp_path) as server:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(store, range(8)))
        assert server.process.wait(20) == 0

    assert 20 <= len(acknowledged) < 1600
    # SQLite removes its write-ahead log when the last connection is closed, and only then.
    assert not (tmp_path / "ltmc.db-wal").exists()
    with closing(sqlite3.connect(tmp_path / "ltmc.db")) as connection:
        kept = {name for (name,) in connection.execute("SELECT file_name FROM documents")}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert set(acknowledged) <= kept


def test_a_call_that_was_read_before_the_signal_is_still_answered(tmp_path: Path) -> None:
    with HttpServer.open(tmp_path) as server, held(tmp_path) as other:
        with under_way(server) as connection:
            server.process.terminate()
            wait_until_closed(server)
            # It neither hangs up nor answers until the store is done.
            assert select.select([connection.sock], [], [], 1.0)[0] == []
            other.execute("ROLLBACK")

            assert b'"isError":false' in connection.getresponse().read().replace(b" ", b"")
        assert server.process.wait(20) == 0


@pytest.mark.slow
def test_it_ends_though_a_call_does_not(tmp_path: Path) -> None:
    with (
        HttpServer.open(tmp_path, LTMC_BUSY_TIMEOUT_S="60") as server,
        held(tmp_path) as other,
        under_way(server) as connection,
    ):
        server.process.terminate()

        assert server.process.wait(20) == 0
        answered = b""
        with suppress(OSError, HTTPException):
            answered = connection.getresponse().read()
        assert b"isError" not in answered
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM documents").fetchone() == (0,)


@contextmanager
def held(folder: Path) -> Iterator[sqlite3.Connection]:
    """Hold the record, as another process does that writes: a store has to wait."""
    with closing(sqlite3.connect(folder / "ltmc.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


@contextmanager
def under_way(server: HttpServer) -> Iterator[HTTPConnection]:
    """Send a store that the server has read, and leave its answer to be read."""
    arguments = {"action": "store", "file_name": "a.md", "content": "tea"}
    params = {"name": "memory_action", "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    with closing(HTTPConnection("127.0.0.1", server.port, 30)) as connection:
        connection.request("GET", "/health")
        connection.getresponse().read()
        connection.request("POST", "/mcp", json.dumps(message), JSON)
        # What comes later on another connection is not read before it.
        server.request("GET", "/health")
        yield connection


def wait_until_closed(server: HttpServer) -> None:
    """Wait until the server takes no more connections: then it has heard the signal."""
    with suppress(OSError):
        while True:
            server.request("GET", "/health")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("0.0.0.0:0", "LTMC_HTTP_TOKEN"),
        ("[::]:0", "LTMC_HTTP_TOKEN"),
        ("memory.example:8765", "LTMC_HTTP_TOKEN"),
        ("127.0.0.1:http", "HOST:PORT"),
        ("127.0.0.1:99999", "HOST:PORT"),
        (":8765", "HOST:PORT"),
        ("127.0.0.1", "HOST:PORT"),
        ("127.0.0.1:1?x", "HOST:PORT"),
        ("127.0.0.1:1/mcp", "HOST:PORT"),
        ("me@127.0.0.1:1", "HOST:PORT"),
    ],
)
def test_an_address_that_will_not_do_is_refused_in_one_line(
    address: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LTMC_DATA_DIR", str(tmp_path / "data"))

    assert main(["serve", "--http", address]) == 2

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("ltmc: ")
    assert says in line
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LTMC_DATA_DIR", str(tmp_path / "data"))
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        assert main(["serve", "--http", address]) == 2

    assert f"Cannot listen on {address}: Address already in use. " in capsys.readouterr().err


def test_answers_are_not_held_back_to_fill_a_packet(tmp_path: Path) -> None:
    with listen("127.0.0.1:0", Settings(data_dir=tmp_path)) as listening:
        # asyncio turns Nagle's algorithm off for sockets that say they are TCP.
        assert listening.proto == socket.IPPROTO_TCP


def test_with_a_token_other_machines_are_served(tmp_path: Path) -> None:
    with HttpServer.open(tmp_path, listen="0.0.0.0:0", LTMC_HTTP_TOKEN=TOKEN) as server:
        assert server.request("GET", "/health").status == 200
        assert server.request("GET", "/metrics").status == 401


def test_a_short_token_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LTMC_HTTP_TOKEN", "guessable")

    assert main([]) == 2

    said = capsys.readouterr().err
    assert said.startswith("ltmc: LTMC_HTTP_TOKEN: ")
    assert "guessable" not in said


@pytest.mark.parametrize("form", ["json", "text"])
def test_log_lines_look_as_they_were_asked_to(tmp_path: Path, form: str) -> None:
    wanted = {"LTMC_LOG_LEVEL": "DEBUG", "LTMC_LOG_FORMAT": form}
    ended = subprocess.run(
        SERVER,
        # No pipe: behind one, a client that asks nothing has nothing opened.
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WAIT_S,
        check=True,
        env=environment(tmp_path) | wanted,
    )

    assert ended.stdout == b""
    lines = ended.stderr.splitlines()
    assert lines
    if form == "json":
        assert {"time", "level", "logger", "message"} == set(json.loads(lines[0]))
    else:
        assert b" DEBUG asyncio " in lines[0]
