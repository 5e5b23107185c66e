"""A planted commit is found: by a count, by time, past commits that cannot be built."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.tracker.toy import Toy

CASE = "speed.Work.time_work"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BROKEN = "[build-system]\nrequires = []\nbuild-backend = 'nothing'\n"


def code(calls: int, steps: int) -> str:
    """Return a toy whose work is so many calls, which are counted, and one of so many steps."""
    return (
        f"def work():\n    for _ in range({calls}):\n        pass\n    return sum(range({steps}))\n"
    )


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Make a line of commits: one can not be built, one counts more, one takes more time."""
    toy = Toy.begin(tmp_path_factory.mktemp("bisected"))
    for subject, calls, steps in (
        ("begin", 100, 20_000),
        ("first word", 100, 20_000),
        ("broken", 0, 0),
        ("second word", 100, 20_000),
        ("count more", 150, 20_000),
        ("another word", 150, 20_000),
        ("take longer", 150, 40_000),
        ("last word", 150, 40_000),
    ):
        pyproject = (toy.root / "pyproject.toml").read_text("utf-8")
        if subject == "broken":
            toy.write("pyproject.toml", BROKEN)
        else:
            toy.write("toy/__init__.py", f"# {subject}\n{code(calls, steps)}")
        toy.git("add", "--all")
        toy.git("commit", "--quiet", "--message", subject)
        toy.write("pyproject.toml", pyproject)
    return toy


def bisect(toy: Toy, good: str, bad: str, *options: str) -> subprocess.CompletedProcess[str]:
    commits = f"{toy.named(good)}..{toy.named(bad)}"
    command: Sequence[str] = [sys.executable, "-m", "tracker", "bisect", CASE, commits, *options]
    return subprocess.run(
        command, cwd=toy.root, env=toy.environ(), capture_output=True, text=True, check=False
    )


def test_what_does_more_is_found_by_counting_past_a_commit_that_cannot_be_built(toy: Toy) -> None:
    done = bisect(toy, "begin", "another word", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["followed"] == "opcodes"
    assert found["commits"] == [{"commit": toy.named("count more"), "subject": "count more"}]
    assert found["skipped"] == [toy.named("broken")]
    assert found["pairs"] == 0
    before, after = found["counters"]["opcodes"]
    assert after > before


def test_what_only_takes_longer_is_found_by_time(toy: Toy) -> None:
    done = bisect(toy, "another word", "last word")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{toy.named('take longer')[:8]} take longer changed {CASE}\n")
    assert "CPU time +" in done.stdout
    assert "no counter moved" in done.stdout


def test_between_equal_ends_there_is_nothing_to_find(toy: Toy) -> None:
    done = bisect(toy, "count more", "another word", "--counter", "opcodes")

    assert done.returncode == 2
    assert "Nothing to find: opcodes is" in done.stderr


def test_a_range_the_wrong_way_round_is_refused(toy: Toy) -> None:
    done = bisect(toy, "last word", "begin")

    assert done.returncode == 3
    assert "the bad commit does not follow the good one" in done.stderr
