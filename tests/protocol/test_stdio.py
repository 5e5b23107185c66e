"""The server as a process: its lines, its end, and the starts it refuses."""

import json
import os
import select
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ltmc_server.__main__ import main
from ltmc_server.stores.sqlite.database import Database
from tests.wire import HELLO, SERVER, WAIT_S, Wire, environment

NOT_MESSAGES = (
    b"garbage",
    b"{",
    b"[]",
    b"7",
    b'"text"',
    b"null",
    b"{}",
    b'{"jsonrpc": "2.0", "id": 1}',
    b'{"jsonrpc": "2.0", "id": 1, "params": {}}',
    b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}',
    b'{"jsonrpc": "2.0", "id": 1, "method": 7}',
    b'"\\ud800"',
    b"\xff\xfe",
)

NOISY = """
import os, sys
import anyio
from ltmc_server.actions import Tool, action
from ltmc_server.dispatch import Dispatcher
from ltmc_server.observability.metrics import Metrics
from ltmc_server.protocol.pipes import serve_pipes
from ltmc_server.protocol.server import mcp_server
from ltmc_server.protocol.session import Session
from ltmc_server.protocol.stdio import serve_stdio

class Noisy(Tool):
    "A tool whose library prints."
    name = "memory_action"

    @action("read")
    async def shout(self) -> dict[str, bool]:
        "Print on every way there is."
        print("printed", flush=True)
        os.write(1, b"written")
        sys.__stdout__.write("to the first stdout")
        os.system("echo from a child")
        return {"shouted": True}

dispatcher = Dispatcher([Noisy()], metrics=Metrics(), response_bytes_max=9999)
if "sdk" in sys.argv:
    anyio.run(serve_stdio, mcp_server(dispatcher))
else:
    anyio.run(serve_pipes, Session(dispatcher))
"""

PARENT = """
import subprocess, sys
server = subprocess.Popen(
    [sys.executable, "-m", "ltmc_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
)
server.stdin.write(sys.stdin.readline().encode())
server.stdin.flush()
server.stdout.readline()
print(server.pid, flush=True)
sys.stdin.read()
"""
"""A client that starts a server, is answered by it, says its id, and lives on."""


def test_a_line_that_is_no_message_is_answered_and_the_server_goes_on(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as wire:
        for line in NOT_MESSAGES:
            wire.send(line)
            answer = wire.read()
            assert (answer["id"], answer["error"]["code"]) == (None, -32700), line
        assert wire.ask("tea/brew", {})["error"]["code"] == -32601
        assert wire.call("list")["total"] == 0


@pytest.mark.parametrize("transport", ["pipes", "sdk"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_a_tool_prints_does_not_reach_the_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transport: str, unbuffered: str
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Wire.open(tmp_path, command=(sys.executable, "-c", NOISY, transport)) as wire:
        assert wire.call("shout") == {"shouted": True}
        assert wire.call("shout") == {"shouted": True}
        assert wire.hang_up() == 0
        assert wire.process.stdout is not None
        assert wire.pending + wire.process.stdout.read() == b""


def test_a_refused_start_ends_the_process_with_its_status(tmp_path: Path) -> None:
    ended = subprocess.run(
        SERVER,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WAIT_S,
        check=False,
        env=environment(folder_is_a_file(tmp_path / "data")),
    )

    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.count(b"\n") == 1


def test_the_server_ends_when_its_client_hangs_up(tmp_path: Path) -> None:
    with Wire.open(tmp_path) as wire:
        wire.call("store", file_name="a.md", content="green tea")
        assert wire.hang_up() == 0


def test_the_server_ends_when_its_client_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        (sys.executable, "-c", PARENT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(tmp_path),
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}
        parent.stdin.write(json.dumps(hello).encode() + b"\n")
        parent.stdin.flush()
        server = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        ended, _, _ = select.select([server], [], [], WAIT_S)
        os.close(server)

    assert ended, "the server outlived its client"


def folder_is_a_file(folder: Path) -> Path:
    folder.write_text("not a folder")
    return folder


def folder_is_below_a_file(folder: Path) -> Path:
    folder.write_text("not a folder")
    return folder / "deeper"


def record_is_a_text(folder: Path) -> Path:
    folder.mkdir()
    (folder / "ltmc.db").write_text("my notes")
    return folder


def record_is_of_another_program(folder: Path) -> Path:
    folder.mkdir()
    with sqlite3.connect(folder / "ltmc.db") as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    connection.close()
    return folder


def record_is_newer(folder: Path) -> Path:
    with Database.open(folder / "ltmc.db") as database:
        database.connection.execute("PRAGMA user_version = 99")
    return folder


def record_is_torn(folder: Path) -> Path:
    with Database.open(folder / "ltmc.db"):
        pass
    file = folder / "ltmc.db"
    file.write_bytes(file.read_bytes()[:5000])
    return folder


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (folder_is_a_file, "The data folder {folder} cannot be used: File exists."),
        (folder_is_below_a_file, "The data folder {folder} cannot be used: Not a directory."),
        (record_is_a_text, "{folder}/ltmc.db was not made by LTMC and is left as it is."),
        (record_is_of_another_program, "{folder}/ltmc.db was not made by LTMC"),
        (record_is_newer, "{folder}/ltmc.db has schema 99; this LTMC knows schemas up to"),
        (record_is_torn, "The data folder {folder} cannot be used: "),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_start_that_would_do_harm_is_refused_in_one_line(
    tmp_path: Path,
    spoil: Callable[[Path], Path],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = spoil(tmp_path / "data")
    before = contents(tmp_path)
    monkeypatch.setenv("LTMC_DATA_DIR", str(folder))

    assert main([]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith("ltmc: " + says.format(folder=folder))
    assert ("ltmc verify" if spoil is record_is_torn else "LTMC_DATA_DIR") in line
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LTMC_RESPONSE_BYTES_MAX", "1"),
        ("LTMC_DURABILITY", "sometimes"),
        ("LTMC_BUSY_TIMEOUT_S", "soon"),
        ("LTMC_LOG_LEVEL", "LOUD"),
        ("LTMC_PROJECT_ID", "x" * 201),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)

    assert main([]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith(f"ltmc: {name}: ")
    assert " should " in line


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder; SQLite's shared memory holds nothing of ours."""
    return {
        str(file): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith("-shm")
    }
