"""The thin client: every wait ends."""

import sys
import time
from pathlib import Path

import pytest

from tests.tracker.peers.made import PROGRAM
from tracker.peers.calls import in_flight, part
from tracker.peers.connection import Call, Connection, Launch
from tracker.peers.errors import Ended, Silent

ECHO = Path(__file__).parents[3] / "benchmarks/echo_server.py"


def launch(folder: Path, *command: str) -> Launch:
    return Launch((sys.executable, *command), {"HOME": str(folder)}, folder)


def test_answers_are_matched_with_their_questions(tmp_path: Path) -> None:
    calls: list[Call] = [("create_entities", {"entities": [entity(n)]}) for n in range(9)]
    with Connection(launch(tmp_path, str(PROGRAM))) as server:
        server.initialize()
        answered = dict(in_flight(server, calls, 4, time.monotonic() + 50))

    assert sorted(answered) == list(range(9))
    assert all(f'"n{n}"' in answered[n]["content"][0]["text"] for n in answered)


def entity(number: int) -> dict[str, object]:
    return {"name": f"n{number}", "entityType": "note", "observations": ["x"]}


def test_the_floor_is_a_server_too(tmp_path: Path) -> None:
    with Connection(launch(tmp_path, str(ECHO))) as server:
        assert server.initialize() > 0
        assert server.call(("anything", {})) == {}
        assert server.tree.rss_bytes() > 1e6
    assert server.tree.members() == []


def test_one_that_never_answers_is_not_waited_for(tmp_path: Path) -> None:
    program = "import sys; sys.stdin.read()"
    with Connection(launch(tmp_path, "-c", program)) as server, pytest.raises(Silent):
        server.wait(server.send("initialize", {}), 0.1)


def test_calls_under_way_end_when_the_time_is_over(tmp_path: Path) -> None:
    program = "import sys; sys.stdin.read()"
    with Connection(launch(tmp_path, "-c", program)) as server:
        calls: list[Call] = [("anything", {})] * 3

        assert list(in_flight(server, calls, 2, time.monotonic() + 0.1)) == []


def test_one_that_is_gone_says_what_it_said_last(tmp_path: Path) -> None:
    program = "import sys; sys.exit('no such table')"
    with (
        Connection(launch(tmp_path, "-c", program)) as server,
        pytest.raises(Ended, match="no such table"),
    ):
        server.initialize()


def test_what_a_server_started_goes_with_it(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys; subprocess.Popen(['sleep', '60'], stdin=subprocess.DEVNULL);"
        """print('{"id": 1, "result": {}}', flush=True); sys.stdin.read()"""
    )
    server = Connection(launch(tmp_path, "-c", program))
    assert server.answer() == (1, {})  # it has started it
    left = server.tree.members()

    server.stop()

    assert len(left) == 2
    assert not any(each.is_running() and each.status() != "zombie" for each in left)


def test_rest_is_when_nothing_is_left_to_do(tmp_path: Path) -> None:
    program = (
        "import sys, time; sys.stdin.readline(); end = time.process_time() + 0.5\n"
        "while time.process_time() < end: pass\n"
        "sys.stdin.read()"
    )
    with Connection(launch(tmp_path, "-c", program)) as server:
        server.send("go", {})
        server.tree.rest(50)

        assert server.tree.cpu_s() >= 0.48  # its clock ticks each 10 ms


def test_the_shares_of_all_turns_are_everything_once() -> None:
    things = list(range(23))

    assert [each for turn in range(5) for each in part(things, turn, 5)] == things
