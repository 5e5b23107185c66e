"""What the processes of one run saw comes together in the one that started them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.letta_session import LettaSession
from tests.recording import Recorder

ROOT = Path(__file__).parent.parent
RUN = (sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-n", "2")
TWO_FILES = ("tests/tools/test_todo.py", "tests/tools/test_cache.py")
PAGE_TEST = "tests/test_coverage.py::test_the_tests_of_the_page_do_what_it_says"

pytestmark = pytest.mark.slow


def test_the_tests_of_the_page_run_once_and_after_all_others() -> None:
    run = subprocess.run(
        [*RUN, *TWO_FILES, PAGE_TEST], cwd=ROOT, capture_output=True, text=True, check=False
    )

    ended = [line for line in run.stdout.splitlines() if "PASSED" in line]
    assert run.returncode == 0, run.stdout
    assert sum(PAGE_TEST in line for line in ended) == 1
    assert PAGE_TEST in ended[-1]


def test_what_another_process_recorded_is_added() -> None:
    one, other = Recorder(), Recorder()
    one.calls["tests/a.py::test_a"].add((("todo_action", "add"), "succeeds"))
    other.calls["tests/a.py::test_a"].add((("todo_action", "add"), "fails"))
    other.calls["tests/b.py::test_b"]

    one.take(other.given())

    assert one.tests(("todo_action", "add"), "fails") == ["tests/a.py::test_a"]
    assert one.tests(("todo_action", "add"), "succeeds") == ["tests/a.py::test_a"]
    assert set(one.calls) == {"tests/a.py::test_a", "tests/b.py::test_b"}


def test_the_real_letta_is_reported_by_whoever_met_it() -> None:
    one, other = LettaSession(), LettaSession()
    other.version, other.tests = "0.16.8", 3

    one.take(LettaSession().given())
    one.take(other.given())

    assert (one.version, one.missing, one.tests) == ("0.16.8", "", 3)
