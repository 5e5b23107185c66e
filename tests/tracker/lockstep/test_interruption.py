"""Ctrl-C in the middle of a pair, a commit that cannot be installed: nothing stays behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.tracker.lockstep.conftest import Pairable
from tests.tracker.toy import ROOT
from tracker.lockstep.engine import lockstep
from tracker.lockstep.errors import NotInstallable

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PROGRAM = """
import sys
from pathlib import Path
from tracker.lockstep.engine import lockstep
from tracker.lockstep.model import Case

root, commit, environments = sys.argv[1:]
with lockstep(Path(root), commit, commit, environments=Path(environments)) as engine:
    engine.pair(Case("faults.time_server"), 1)
    print("measured", flush=True)
    engine.pair(Case("faults.time_wait"), 1)
"""


def test_an_interrupt_ends_everything(pairable: Pairable, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(pairable.toy.root), pairable.fast]
    run = subprocess.Popen(
        [*command, str(pairable.environments.with_name("others"))],
        stdout=subprocess.PIPE,
        text=True,
        env={**pairable.toy.environ(), "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    )
    assert run.stdout is not None
    with run.stdout:
        assert run.stdout.readline() == "measured\n"
        family = psutil.Process(run.pid).children(recursive=True)
        assert family
        os.kill(run.pid, signal.SIGINT)
        assert run.wait(30) != 0

    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert list(tmp_path.iterdir()) == []


def test_a_commit_that_cannot_be_installed_is_named(pairable: Pairable) -> None:
    toy = pairable.toy
    good = (toy.root / "pyproject.toml").read_text("utf-8")
    toy.write("pyproject.toml", good.replace("hatchling.build", "no_such_builder"))
    toy.git("commit", "--quiet", "--all", "--message", "break the build")
    broken = toy.git("rev-parse", "HEAD")
    toy.git("reset", "--quiet", "--hard", "HEAD~1")

    with (
        pytest.raises(NotInstallable, match="no_such_builder") as refused,
        lockstep(toy.root, broken, broken, environments=pairable.environments.with_name("others")),
    ):
        pass
    assert broken[:8] in str(refused.value)
