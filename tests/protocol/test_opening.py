"""The server speaks before it is open, and what is asked meanwhile is answered, whatever comes.

A settings file that is a pipe holds a start back for as long as a test wants it.
"""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wire import HELLO, WAIT_S, Message, Wire

LIST = {"name": "memory_action", "arguments": {"action": "list"}}
PASSWORD = "s3cret-p4ss"  # noqa: S105  of a server that is not there

NOISY = """
import os, sys
print("printed by an import", flush=True)
os.write(1, b"written by an import\\n")
sys.path.remove(os.path.dirname(__file__))
del sys.modules[__name__]
import hdrh
"""
"""Stands before a package that the server needs, prints, and steps aside."""


@dataclass(frozen=True)
class Gate:
    """A settings file that the server waits for until it is let in."""

    folder: Path

    @property
    def settings(self) -> Mapping[str, str]:
        return {"XDG_CONFIG_HOME": str(self.folder)}

    def let_in(self) -> None:
        """Let the server read the file; it says nothing."""
        (self.folder / "ltmc" / "ltmc.toml").write_text("")


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path / "config")
    (made.folder / "ltmc").mkdir(parents=True)
    os.mkfifo(made.folder / "ltmc" / "ltmc.toml")
    return made


@contextmanager
def waiting(folder: Path, gate: Gate) -> Iterator[Wire]:
    """Start a server that has answered `initialize` and is not open."""
    with Wire.open(folder / "data", settings=gate.settings) as wire:
        yield wire


def ended(wire: Wire) -> tuple[int, list[str]]:
    """Return the exit status, and the lines on stderr."""
    assert wire.process.stderr
    status = wire.process.wait(WAIT_S)
    return status, wire.process.stderr.read().decode().splitlines()


def request(id: int, method: str, params: Message) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).encode()


def test_what_needs_no_store_is_answered_while_the_server_is_being_opened(
    tmp_path: Path, gate: Gate
) -> None:
    with waiting(tmp_path, gate) as wire:
        called, listed = wire.start("tools/call", LIST), wire.start("tools/list", {})
        for _ in range(3):
            assert wire.ask("ping", {})["result"] == {}
        assert len(wire.ask("resources/list", {})["result"]["resources"]) > 3
        assert len(wire.ask("resources/templates/list", {})["result"]["resourceTemplates"]) == 1
        assert wire.ask("prompts/list", {})["error"]["code"] == -32601
        assert wire.ask("tools/call", {"name": "x", "_meta": modern()})["error"]["code"] == -32600
        assert not (tmp_path / "data").exists()

        gate.let_in()

        answers = {answer["id"]: answer["result"] for answer in (wire.read(), wire.read())}
        assert answers[called]["structuredContent"]["total"] == 0
        assert "memory_action" in {tool["name"] for tool in answers[listed]["tools"]}


def test_in_the_other_era_too(tmp_path: Path, gate: Gate) -> None:
    with Wire.open(tmp_path / "data", settings=gate.settings, greet=False) as wire:
        asked = {"_meta": modern()}
        assert "instructions" in wire.ask("server/discover", asked)["result"]
        assert wire.ask("resources/list", asked)["result"]["resultType"] == "complete"
        called = wire.start("tools/call", LIST | asked)
        gate.let_in()

        answer = wire.read()
        assert (answer["id"], answer["result"]["structuredContent"]["total"]) == (called, 0)


def test_a_call_in_the_same_write_as_initialize_is_answered_after_it(tmp_path: Path) -> None:
    with Wire.open(tmp_path, greet=False) as wire:
        store = {"action": "store", "file_name": "a.md", "content": "green tea"}
        call = {"name": "memory_action", "arguments": store}
        wire.send(request(1, "initialize", HELLO) + b"\n" + request(2, "tools/call", call))

        assert [wire.read()["id"], wire.read()["id"]] == [1, 2]
        assert wire.call("get", file_name="a.md")["content"] == "green tea"


def test_a_request_that_waits_can_be_cancelled_and_the_others_go_on(
    tmp_path: Path, gate: Gate
) -> None:
    with waiting(tmp_path, gate) as wire:
        store = {"action": "store", "file_name": "a.md", "content": "green tea"}
        first = wire.start("tools/call", {"name": "memory_action", "arguments": store})
        second = wire.start("tools/call", LIST)
        assert wire.ask("ping", {})["result"] == {}  # Both wait by now.
        wire.cancel(first)
        assert wire.ask("ping", {})["result"] == {}
        gate.let_in()

        answer = wire.read()
        assert (answer["id"], answer["result"]["structuredContent"]["total"]) == (second, 0)


def test_two_that_start_together_on_one_folder_are_both_opened(tmp_path: Path) -> None:
    with Wire.open(tmp_path, greet=False) as one, Wire.open(tmp_path, greet=False) as other:
        for number, wire in enumerate((one, other)):
            store = {"action": "store", "file_name": f"{number}.md", "content": "green tea"}
            call = {"name": "memory_action", "arguments": store}
            wire.send(request(1, "initialize", HELLO) + b"\n" + request(2, "tools/call", call))
        for wire in (one, other):
            assert [wire.read()["id"], wire.read()["id"]] == [1, 2]

        assert one.call("list")["total"] == other.call("list")["total"] == 2


def test_what_an_import_prints_does_not_reach_the_client(tmp_path: Path) -> None:
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "hdrh.py").write_text(NOISY)
    with Wire.open(tmp_path / "data", settings={"PYTHONPATH": str(shadow)}) as wire:
        assert wire.call("list")["total"] == 0
        assert wire.hang_up() == 0
        assert wire.process.stdout
        assert wire.process.stderr
        assert wire.pending + wire.process.stdout.read() == b""
        assert wire.process.stderr.read() == b"printed by an import\nwritten by an import\n"


def test_a_client_that_hangs_up_meanwhile_ends_it(tmp_path: Path, gate: Gate) -> None:
    with waiting(tmp_path, gate) as wire:
        assert wire.hang_up() == 0
        assert ended(wire) == (0, [])
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(tmp_path: Path, gate: Gate, number: signal.Signals) -> None:
    with waiting(tmp_path, gate) as wire:
        wire.process.send_signal(number)
        assert ended(wire) == (0, [])


def test_what_was_asked_before_hanging_up_is_answered(tmp_path: Path, gate: Gate) -> None:
    with waiting(tmp_path, gate) as wire:
        called = wire.start_store("a.md", "green tea")
        assert wire.process.stdin
        wire.process.stdin.close()
        gate.let_in()

        answer = wire.read()
        assert answer["id"] == called
        assert not answer["result"]["isError"]
        assert ended(wire) == (0, [])


def test_a_wrong_setting_is_told_to_whoever_waits_and_no_secret_is(tmp_path: Path) -> None:
    wrong = {"LTMC_LOG_LEVEL": "LOUD", "LTMC_REDIS_URL": f"http://tea:{PASSWORD}@there"}
    with Wire.open(tmp_path, greet=False, settings=wrong) as wire:
        asked = [("initialize", HELLO), ("tools/list", {}), ("tools/call", LIST)]
        wire.send(b"\n".join(request(id, *each) for id, each in enumerate(asked)))
        answers = [wire.read() for _ in asked]
        status, lines = ended(wire)

    assert answers[0]["result"]["serverInfo"]["name"] == "ltmc"
    for answer in answers[1:]:
        error = answer["error"]
        assert (error["code"], error["data"]) == (-32603, {"code": "invalid_settings"})
        assert error["message"].startswith("The server can not start: LTMC_")
        assert all(name in error["message"] for name in wrong)
    assert status == 2
    assert {line.partition(": ")[2].partition(":")[0] for line in lines} == set(wrong)
    assert PASSWORD not in str(answers) + str(lines)


def test_a_client_that_says_nothing_learns_by_the_exit_status(tmp_path: Path) -> None:
    with Wire.open(tmp_path, greet=False, settings={"LTMC_LOG_LEVEL": "LOUD"}) as wire:
        status, [line] = ended(wire)

    assert status == 2
    assert line.startswith("ltmc: LTMC_LOG_LEVEL: Input should be")


def test_a_database_of_another_program_is_told_too_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "ltmc.db").write_text("my notes")
    with Wire.open(tmp_path, greet=False) as wire:
        asked = [("initialize", HELLO), ("tools/call", LIST)]
        wire.send(b"\n".join(request(id, *each) for id, each in enumerate(asked)))
        refused = [wire.read() for _ in asked][1]["error"]
        status, [line] = ended(wire)

    assert refused["data"] == {"code": "foreign_database"}
    assert refused["message"] == f"The server can not start: {line.removeprefix('ltmc: ')}"
    assert status == 2
    assert (tmp_path / "ltmc.db").read_text() == "my notes"


def test_a_bug_in_opening_is_answered_and_its_text_stays_here(tmp_path: Path) -> None:
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "hdrh.py").write_text(f"raise ImportError({PASSWORD!r})")
    settings = {"PYTHONPATH": str(shadow)}
    with Wire.open(tmp_path / "data", greet=False, settings=settings) as wire:
        asked = [("initialize", HELLO), ("tools/call", LIST)]
        wire.send(b"\n".join(request(id, *each) for id, each in enumerate(asked)))
        refused = [wire.read() for _ in asked][1]["error"]
        status, lines = ended(wire)

    assert refused == {
        "code": -32603,
        "message": "Internal server error; the log has the cause.",
    }
    assert status == 1
    assert lines[-1] == f"ImportError: {PASSWORD}"


def modern() -> Message:
    """Return the envelope of a request since 2026-07-28."""
    prefix = "io.modelcontextprotocol/"
    return {f"{prefix}protocolVersion": "2026-07-28", f"{prefix}clientCapabilities": {}}
