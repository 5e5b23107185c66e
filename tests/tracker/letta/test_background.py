"""`python -m tracker letta up`, `status` and `down`, as a person types them."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.tracker.letta.left import alive, family, running
from tests.tracker.letta.pretended import BROKEN, HEALTHY, pretend
from tracker.letta import state
from tracker.letta.background import down
from tracker.letta.installation import INSTALL_S, Installation
from tracker.letta.server import LETTA_START_S
from tracker.letta.state import Running, State

pytestmark = [pytest.mark.slow, pytest.mark.timeout(INSTALL_S + 2 * LETTA_START_S)]

ROOT = Path(__file__).parents[3]
WAIT_S = 60.0


@dataclass
class Terminal:
    """Where the commands are typed."""

    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def letta(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            check=False,
            cwd=ROOT,
            env={**os.environ, **self.environ},
            capture_output=True,
            text=True,
        )

    def command(self, *arguments: str) -> list[str]:
        command = [sys.executable, "-m", "tracker", "letta", *arguments]
        return [*command, "--folder", str(self.folder)]

    def started(self) -> tuple[State, list[psutil.Process]]:
        """Return what is noted, and all processes of it."""
        noted = state.read(self.folder)
        assert noted
        return noted, family([each.pid for each in noted.running])


def pretending(folder: Path, real: Installation, program: str) -> Terminal:
    """Return a terminal whose cache holds a program in Letta's place."""
    made = folder / "ltmc" / real.folder.name
    pretend(made, real, program)
    return Terminal(folder / ".letta", {"XDG_CACHE_HOME": str(folder)})


@pytest.fixture
def quick(installed: Installation, tmp_path: Path) -> Iterator[Terminal]:
    terminal = pretending(tmp_path, installed, HEALTHY)
    yield terminal
    down(terminal.folder)


def wait_until_gone(processes: list[psutil.Process]) -> None:
    psutil.wait_procs(processes, timeout=WAIT_S)
    assert alive(processes) == []


def test_up_status_up_again_and_down(installed: Installation, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / ".letta")
    try:
        first = terminal.letta("up")
        assert first.returncode == 0, first.stderr
        noted, processes = terminal.started()
        asked = terminal.letta("status")
        again = terminal.letta("up")
    finally:
        stopped = terminal.letta("down")

    assert first.stdout == again.stdout == f"LETTA_BASE_URL={noted.base_url}\n"
    assert "starting Letta" in first.stderr
    assert f"letta down --folder {terminal.folder}" in first.stderr
    assert "up already" in again.stderr
    assert asked.returncode == 0
    assert re.match(rf"up\nLETTA_BASE_URL={noted.base_url}\nLetta 0\.16\.8, since ", asked.stdout)
    assert re.search(r"letta +pid \d+, [1-9]\d\d MB", asked.stdout)
    assert (stopped.returncode, stopped.stdout) == (0, "stopped\n")
    assert alive(processes) == []
    assert not Path(noted.folder).exists()
    after = terminal.letta("status")
    assert (after.returncode, after.stdout) == (1, "down\n")
    assert terminal.letta("down").stdout == "is down already\n"


def test_when_a_part_dies_all_end_and_the_status_says_why(quick: Terminal) -> None:
    assert quick.letta("up").returncode == 0
    noted, processes = quick.started()

    dead = {each.name: each for each in noted.running}["letta"]
    psutil.Process(dead.pid).kill()

    wait_until_gone(processes)
    asked = quick.letta("status")
    assert (asked.returncode, asked.stdout.splitlines()[0]) == (1, "down")
    assert "letta has ended" in asked.stdout


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process of its parent's end"
)
def test_when_its_supervisor_is_killed_all_end_and_down_removes_the_files(quick: Terminal) -> None:
    assert quick.letta("up").returncode == 0
    noted, processes = quick.started()

    psutil.Process(noted.running[0].pid).kill()

    wait_until_gone(processes)
    assert quick.letta("status").stdout.startswith("down\n")
    assert quick.letta("down").stdout == "stopped\n"
    assert not Path(noted.folder).exists()


def test_what_is_half_dead_says_so_and_can_be_stopped(quick: Terminal) -> None:
    assert quick.letta("up").returncode == 0
    noted, processes = quick.started()
    supervisor, *parts = (psutil.Process(each.pid) for each in noted.running)

    supervisor.suspend()  # it will not notice
    parts[-1].kill()
    asked = quick.letta("status")
    supervisor.resume()
    quick.letta("down")

    assert (asked.returncode, asked.stdout.splitlines()[0]) == (1, "half-dead")
    assert re.search(r"letta +pid \d+, has ended", asked.stdout)
    wait_until_gone(processes)


@pytest.mark.parametrize("when", ["starting Letta", "LETTA_BASE_URL="])
def test_up_in_the_foreground_ends_at_ctrl_c(quick: Terminal, when: str) -> None:
    process = subprocess.Popen(
        quick.command("up", "--foreground"),
        cwd=ROOT,
        env={**os.environ, **quick.environ},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509  one system call
    )
    with process:
        assert process.stdout
        assert any(when in line for line in iter(process.stdout.readline, ""))
        processes = family([process.pid])
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT_S) == 128 + signal.SIGINT

    assert len(processes) > 3
    assert alive(processes) == []
    assert state.read(quick.folder) is None


def test_two_do_not_hold_one_folder(quick: Terminal) -> None:
    assert quick.letta("up").returncode == 0

    other = quick.letta("up", "--foreground")

    assert other.returncode == 1
    assert "Another command" in other.stderr
    assert quick.letta("status").stdout.startswith("up\n")


def test_a_letta_that_can_not_start_is_reported(installed: Installation, tmp_path: Path) -> None:
    terminal = pretending(tmp_path, installed, BROKEN)

    failed = terminal.letta("up")

    assert (failed.returncode, failed.stdout) == (1, "")
    assert "ImportError: no such name" in failed.stderr
    assert running(tmp_path) == []


def test_a_letta_that_can_not_be_installed_is_reported(tmp_path: Path) -> None:
    offline = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    terminal = Terminal(tmp_path / ".letta", offline)

    failed = terminal.letta("up", "--foreground")

    assert failed.returncode == 1
    assert failed.stderr.startswith("tracker: The Letta server could not be installed: ")


def test_a_process_that_has_got_the_pid_since_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        before = Running("letta", stranger.pid, psutil.Process(stranger.pid).create_time() - 60)
        noted = State(
            base_url="http://127.0.0.1:9",
            version="0.0.0",
            llm_url="",
            folder=str(tmp_path / "other"),
            since_s=0.0,
            running=(before, before),
        )
        state.write(tmp_path, noted)

        assert state.read(tmp_path) == noted
        assert down(tmp_path)

        assert stranger.poll() is None
        stranger.kill()
    assert state.read(tmp_path) is None


def test_down_ends_parts_that_have_outlived_their_supervisor(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as part:
        noted = State(
            base_url="http://127.0.0.1:9",
            version="0.0.0",
            llm_url="",
            folder=str(tmp_path / "other"),
            since_s=0.0,
            running=(Running("supervisor", 2**22 + 1, 0.0), Running.of("letta", part.pid)),
        )
        state.write(tmp_path, noted)
        processes = [psutil.Process(part.pid)]

        assert down(tmp_path)

        left = alive(processes)
        part.kill()
    assert left == []


@pytest.mark.parametrize("mine", ["elsewhere/ltmc-letta-mine", "temporary/mine"])
def test_down_removes_no_folder_that_up_did_not_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / mine).mkdir(parents=True)
    (tmp_path / "temporary/ltmc-letta-ours").mkdir(parents=True)
    nobody = Running("supervisor", 2**22 + 1, 0.0)
    for folder in (mine, "temporary/ltmc-letta-ours"):
        noted = State(
            base_url="http://127.0.0.1:9",
            version="0.0.0",
            llm_url="",
            folder=str(tmp_path / folder),
            since_s=0.0,
            running=(nobody,),
        )
        state.write(tmp_path, noted)
        assert down(tmp_path)

    assert (tmp_path / mine).is_dir()
    assert not (tmp_path / "temporary/ltmc-letta-ours").exists()


@pytest.mark.parametrize("noted", ["", "[]", '{"running": 1}', '{"running": [], "other": 1}'])
def test_a_note_that_can_not_be_read_is_no_server(tmp_path: Path, noted: str) -> None:
    (tmp_path / "server.json").write_text(noted, "utf-8")

    assert state.read(tmp_path) is None
    assert not down(tmp_path)
    assert list(tmp_path.glob("*.json")) == []


def _heed_ctrl_c() -> None:
    # Whoever runs the tests in the background has it ignored, and so would the program.
    signal.signal(signal.SIGINT, signal.default_int_handler)
