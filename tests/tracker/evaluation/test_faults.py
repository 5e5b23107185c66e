"""Every fault fits the server as it is today."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.tracker.toy import ROOT
from tracker.evaluation.errors import FaultOutdated
from tracker.evaluation.faults import PLACES, SELECTION, Edit, Fault, more_work
from tracker.evaluation.mistakes import MISTAKES
from tracker.evaluation.voids import VOID

WORK = [
    more_work(benchmark, 100, counted=counted) for benchmark in PLACES for counted in (False, True)
]
EVERY = [*MISTAKES, *VOID, *WORK]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("server")
    shutil.copytree(
        ROOT / "ltmc_server", root / "ltmc_server", ignore=shutil.ignore_patterns("__pycache__")
    )
    return root


@pytest.mark.parametrize("fault", EVERY, ids=lambda fault: fault.name)
def test_a_fault_fits_the_source_of_today(fault: Fault, server: Path) -> None:
    files = {server / edit.file for edit in fault.edits}
    before = {file: file.read_text("utf-8") for file in files}
    try:
        fault.apply(server)

        for file in files:
            after = file.read_text("utf-8")
            assert after != before[file]
            if file.suffix == ".py":
                compile(after, str(file), "exec")
            else:
                assert sqlite3.complete_statement(after)
    finally:
        for file, text in before.items():
            file.write_text(text, "utf-8")


def test_a_fault_whose_place_is_gone_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one = 1\n", "utf-8")
    fault = Fault(
        name="old", says="", edits=(Edit("a.py", "one", "two"), Edit("a.py", "three", "four"))
    )

    with pytest.raises(FaultOutdated, match="'old' cannot be applied: its piece is 0 times"):
        fault.apply(tmp_path)

    assert file.read_text("utf-8") == "one = 1\n"


def test_a_mistake_says_who_pays_and_a_void_change_that_nobody_does() -> None:
    assert all(set(fault.benchmarks) <= set(SELECTION) for fault in EVERY)
    assert all(fault.counters and not fault.is_void for fault in MISTAKES)
    assert all(fault.is_void for fault in VOID)
