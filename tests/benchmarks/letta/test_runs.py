"""A run writes its file whole and leaves no process, however it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.letta.backends import Backend
from benchmarks.letta.letta_http import LettaHttp
from benchmarks.letta.load import Load
from benchmarks.letta.measuring import Plan
from benchmarks.letta.runs import ASKS_MIN, Extent, Run, write

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "benchmarks.letta", "--backend", "standin")
WAIT_S = 50.0


def test_a_run_says_everything(letta: LettaHttp, tmp_path: Path) -> None:
    extent = Extent(
        Plan(("health", "memory_read"), 3, 3, budget_s=20),
        ("sdk", "mcp_stdio"),
        clients=(2,),
        asks_each=2,
        load=Load(duration_s=0.4, interval_s=0.1),
    )
    told: list[float] = []

    run = Run(
        Backend("standin", "zero", letta.url, None),
        "quick",
        7,
        lambda done, what: told.append(done),
    )
    write(run.measure(extent), tmp_path / "samples.json")

    samples = json.loads((tmp_path / "samples.json").read_text("utf-8"))
    assert told == sorted(told)
    assert [row["arm"] for row in samples["operations"]] == ["sdk", "mcp_stdio"] * 2
    for row in samples["operations"]:
        assert len(row["seconds"]) == len(row["server_seconds"]) == 3
        assert all(
            0 < inner <= whole
            for inner, whole in zip(row["server_seconds"], row["seconds"], strict=True)
        )
        assert (row["requests"], row["connections"], row["unavailable"]) == (1, 0, None)
        assert row["bytes"] > 30
    assert {(row["arm"], row["clients"], row["failures"]) for row in samples["scaling"]} == {
        ("sdk", 2, 0),
        ("mcp_stdio", 2, 0),
    }
    assert all(len(row["seconds"]) == ASKS_MIN for row in samples["scaling"])
    assert all(row["failures"] == 0 and len(row["seconds"]) == 4 for row in samples["sustained"])
    [process] = samples["processes"]
    assert process["peak_bytes"] >= max(process["rss_bytes"]) > 10_000_000
    assert process["cpu_s"] == sorted(process["cpu_s"])


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "samples.json"
    write({"format": 1}, file)

    with pytest.raises(TypeError):
        write({"format": 2, "what": object()}, file)

    assert json.loads(file.read_text("utf-8")) == {"format": 1}
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_process_and_no_file(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        (*COMMAND, "--out", str(tmp_path / "samples.json")),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout
            for line in process.stdout:
                if "turn 2" in json.loads(line)["what"]:
                    break
            started = psutil.Process(process.pid).children(recursive=True)
            # As a terminal does: to all of them at once.
            os.killpg(process.pid, number)
            status = process.wait(WAIT_S)
        finally:
            process.kill()

    gone, alive = psutil.wait_procs(started, timeout=WAIT_S)
    assert status == 130
    assert len(gone) >= 3  # the stand-in and two servers
    assert alive == []
    assert list(tmp_path.iterdir()) == []
