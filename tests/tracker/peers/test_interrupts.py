"""Whenever a run is told to end, nothing of it is left: no process, no folder."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.tracker.peers.made import PROGRAM
from tracker.peers.interrupts import put_off

ROOT = Path(__file__).parents[3]

PATIENCE_S = 50.0
"""For a run that does not end; one that does takes two seconds."""

RUN = """
import os, shutil, signal, subprocess, tempfile
from tests.tracker.peers.made import SHORT, small, workload
from tracker.peers.measuring import measure

how = {}
signal.signal(signal.SIGTERM, signal.default_int_handler)  # as `python -m benchmarks.peers` does

def struck(place, name, nth):
    real, calls = getattr(place, name), []
    def strike(*given, **named):
        result = real(*given, **named)
        calls.append(1)
        if len(calls) == nth:
            os.kill(os.getpid(), signal.SIGINT)
        return result
    setattr(place, name, strike)

def say(done, what):
    print(what, flush=True)

{struck}
measure([small("one", **how), small("two")], workload(4_000), SHORT, say)
"""


@contextmanager
def run(folder: Path, struck: str = "") -> Iterator["subprocess.Popen[str]"]:
    """Start a run whose folders are below this one; it is not waited for without end."""
    command = [sys.executable, "-c", RUN.replace("{struck}", struck)]
    environ = os.environ | {"TMPDIR": str(folder)}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        impatient = threading.Timer(PATIENCE_S, process.kill)
        impatient.start()
        try:
            yield process
            assert process.stdout
            process.stdout.read()
        finally:
            impatient.cancel()
    assert process.returncode not in (0, -signal.SIGKILL)


def left(home: Path) -> list[object]:
    """Return the servers that live in a folder, and what is in it."""
    alive = [
        each.pid
        for each in psutil.process_iter(["cmdline", "environ"])
        if str(PROGRAM) in (each.info["cmdline"] or ())
        and (each.info["environ"] or {}).get("HOME", "").startswith(str(home))
    ]
    return [*alive, *home.iterdir()]


@pytest.mark.parametrize(
    ("number", "at"),
    [
        (signal.SIGINT, "fill: two"),
        pytest.param(signal.SIGTERM, "together: one", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_told_to_end_leaves_nothing(tmp_path: Path, number: int, at: str) -> None:
    notes = "workload = lambda count, real=workload: real(6)" if at == "together: one" else ""
    with run(tmp_path, notes) as process:
        assert process.stdout
        assert any(line.startswith(at) for line in process.stdout)
        process.send_signal(number)

    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "moments",
    [
        ["tempfile, 'mkdtemp', 1"],  # the folder is there, and nobody knows of it yet
        ["subprocess, 'Popen', 1"],  # the same of a process, and it does not end by itself
        ["subprocess, 'Popen', 3", "shutil, 'rmtree', 1"],  # once more, while it cleans up
    ],
)
def test_no_moment_is_the_wrong_one(tmp_path: Path, moments: list[str]) -> None:
    struck = [f"struck({moment})" for moment in moments]
    stays = "how = {'STAYS': '1'}" if len(moments) == 1 else ""
    with run(tmp_path, "\n".join([*struck, stays])):
        pass

    assert left(tmp_path) == []


def test_what_is_put_off_comes_afterwards() -> None:
    done = []

    with pytest.raises(KeyboardInterrupt), put_off():  # noqa: PT012  the law is what comes when
        signal.raise_signal(signal.SIGINT)
        done.append("made")
        with put_off():
            signal.raise_signal(signal.SIGINT)
        done.append("kept")

    assert done == ["made", "kept"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_another_thread_nothing_has_to_be_put_off() -> None:
    done = []

    def work() -> None:
        with put_off():
            done.append("made")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)

    assert done == ["made"]
