"""The repository's own benchmarks, as asv sees them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracker.toy import ROOT
from tracker.errors import NoBenchmarks
from tracker.suite import Suite


@pytest.mark.slow
def test_asv_finds_no_mistake() -> None:
    suite = Suite.read(ROOT)
    try:
        suite.require_benchmarks(ROOT)
    except NoBenchmarks as nothing:
        pytest.skip(str(nothing))

    command = [sys.executable, "-m", "asv", "check", "--python=same"]
    check = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert check.returncode == 0, check.stdout + check.stderr


def test_every_folder_of_the_configuration_is_where_git_expects_it() -> None:
    suite = Suite.read(ROOT)

    assert (suite.results_dir, suite.html_dir) == ("results", "html")
    assert "results/local/" in Path(ROOT, ".gitignore").read_text("utf-8").split()
