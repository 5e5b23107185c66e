"""The child that measures: bounded, told to end, and gone afterwards."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from tests.tracker.toy import ROOT
from tracker.validation.measuring import Bar, Progressed, Request, progress_of

RUN = """
import sys
from pathlib import Path
from tracker.errors import MeasuringFailed
from tracker.validation import measuring
from rich.console import Console

measuring.GRACE_S = float(sys.argv[3])
folder = Path(sys.argv[1])
request = measuring.Request(
    backend="standin", profile="zero", set="quick", out=folder / "samples.json",
    log=folder / "measuring.log", limit_s=float(sys.argv[2]),
    program=("-m", "tests.tracker.validation.measurer"),
)
try:
    measuring.measure(request, Path.cwd(), measuring.Bar(Console()))
except MeasuringFailed as error:
    sys.exit(str(error))
except KeyboardInterrupt:
    sys.exit(130)
"""


def started(folder: Path, *, limit_s: float = 50, grace_s: float = 20, **environ: str) -> "Child":
    """Start the measuring in a process of its own, which the tests may interrupt."""
    return Child(
        [sys.executable, "-u", "-c", RUN, str(folder), str(limit_s), str(grace_s)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Child(subprocess.Popen[str]):
    """The measuring, and what it says."""

    def until(self, text: str) -> None:
        """Read lines until one has the text; the time limit of the test bounds it."""
        assert self.stdout
        for line in self.stdout:
            if text in line:
                return
        raise AssertionError(f"it never said {text!r}")


def survivors(folder: Path) -> list[str]:
    running = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(command) for command in running if str(folder) in " ".join(command)]


def test_progress_is_shown_and_all_else_is_kept_in_the_log(tmp_path: Path) -> None:
    out, err = (child := started(tmp_path)).communicate(timeout=50)

    assert child.returncode == 0, err
    assert "2/3 agent_list · sdk" in out
    assert (tmp_path / "measuring.log").read_text("utf-8") == "a line that is no progress\n"
    assert (tmp_path / "samples.json").is_file()


def test_a_failure_says_how_it_ended(tmp_path: Path) -> None:
    _, err = (child := started(tmp_path, LETTA_MEASURER="fail")).communicate(timeout=50)

    assert child.returncode == 1
    assert "ended with status 1" in err
    assert "no Letta answers" in err


def test_no_samples_is_a_failure(tmp_path: Path) -> None:
    _, err = started(tmp_path, LETTA_MEASURER="silent").communicate(timeout=50)

    assert "wrote no samples" in err


@pytest.mark.slow
def test_a_run_that_hangs_is_ended_and_leaves_nothing(tmp_path: Path) -> None:
    _, err = started(tmp_path, limit_s=5, LETTA_MEASURER="hang").communicate(timeout=50)

    assert "took longer than 5 s; raise --limit" in err
    assert survivors(tmp_path) == []


@pytest.mark.parametrize("stubborn", ["", "1"])
def test_ctrl_c_is_passed_on_and_leaves_nothing(tmp_path: Path, stubborn: str) -> None:
    child = started(tmp_path, grace_s=20 if not stubborn else 1, LETTA_MEASURER="hang",
                    STUBBORN=stubborn)  # fmt: skip
    child.until("hanging")
    assert len(survivors(tmp_path)) >= 3

    child.send_signal(signal.SIGINT)
    child.communicate(timeout=50)

    assert child.returncode == 130
    assert (tmp_path / "asked-to-end").exists()
    assert survivors(tmp_path) == []


@pytest.mark.parametrize(
    ("line", "progress"),
    [
        ('{"done": 1, "of": 2, "what": "x"}', Progressed(1, 2, "x")),
        ('{"done": 3, "of": 2, "what": "x"}', None),
        ('{"done": "1", "of": 2, "what": "x"}', None),
        ("[1, 2]", None),
        ("Traceback", None),
        ("", None),
    ],
)
def test_a_line_of_progress_is_told_from_any_other(line: str, progress: Progressed | None) -> None:
    assert progress_of(line) == progress


def test_a_bar_takes_any_name() -> None:
    with Bar(Console(file=io.StringIO(), force_terminal=True)) as bar:
        bar.take(Progressed(0, 0, "[bold]"))
        bar.take(Progressed(1, 2, "[/]"))


def test_a_real_letta_has_no_profile(tmp_path: Path) -> None:
    request = Request(backend="real", profile=None, set="full", out=tmp_path / "s.json",
                      log=tmp_path / "l", limit_s=1)  # fmt: skip

    assert "--profile" not in request.command()
    assert request.command()[1:3] == ["-m", "benchmarks.letta"]
