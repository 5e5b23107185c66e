"""From two names to a report, on a real repository; only what is measured is written down."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tracker.comparing.scripted import Script, Scripted, Silent, timed
from tests.tracker.toy import Toy
from tracker.comparing.comparison import Request, compare
from tracker.comparing.errors import NothingToCompare
from tracker.comparing.report import Report, Status
from tracker.lockstep.errors import UnknownCommit
from tracker.lockstep.model import Case

CASE = timed("speed.Work.time_work")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Make a repository whose last commit brings another package and owns up to being slow."""
    toy = Toy.begin(tmp_path_factory.mktemp("compared"))
    toy.commit("one", 1)
    toy.git("tag", "one")
    toy.commit("say more", None)
    toy.git("tag", "said")
    lock = (toy.root / "requirements.lock").read_text("utf-8")
    toy.write("requirements.lock", lock + "\nnew-package==1.0\n")
    toy.commit("two\n\nAccept-slower: speed.* it counts now\nAccept-slower: sped.*", 2)
    toy.git("tag", "two")
    return toy


def compared(toy: Toy, scripts: Mapping[Case, Script], **options: object) -> Report:
    @contextmanager
    def opening(
        root: Path, base: str, head: str, *, progress: Callable[[str], None]
    ) -> Iterator[Scripted]:
        progress("installing")
        yield Scripted(scripts)

    request = Request(**{"base": "one", "head": "two", "budget_s": 60.0, **options})  # type: ignore[arg-type]
    return compare(request, toy.root, opening, Silent())


def test_what_is_accepted_what_differs_and_what_is_mistyped_is_told(toy: Toy) -> None:
    report = compared(toy, {CASE: Script(change=0.5)})

    assert report.status is Status.PASSED
    assert [each.finding.case for each in report.accepted] == [CASE]
    assert [(each.name, each.base, each.head) for each in report.packages] == [
        ("new-package", None, "1.0")
    ]
    assert "`Accept-slower: sped.*` gives no reason" in report.notes[0]
    assert report.asv[CASE.name].startswith("slower")
    assert report.command.startswith("./just compare ")


def test_a_slow_down_that_nobody_accepts_is_red(toy: Toy) -> None:
    report = compared(toy, {timed("other.time_x"): Script(change=0.5)})

    assert report.status is Status.SLOWER
    assert "Accept-slower: no benchmark is called 'speed.*'." in report.notes


def test_commits_that_do_not_differ_are_not_measured_unless_told(toy: Toy) -> None:
    with pytest.raises(NothingToCompare, match="one and said do not differ in toy, pyproject"):
        compared(toy, {CASE: Script()}, head="said")

    assert compared(toy, {CASE: Script()}, head="said", anyway=True).status is Status.PASSED


def test_what_is_not_committed_is_said(toy: Toy) -> None:
    toy.write("toy/late.py", "")
    try:
        notes = compared(toy, {CASE: Script()}).notes
        others = compared(toy, {CASE: Script()}, base="two", head="one").notes
    finally:
        (toy.root / "toy/late.py").unlink()

    assert "Not measured, since not committed: toy/late.py." in notes
    assert not any("not committed" in note for note in others)


@pytest.mark.parametrize("name", ["no-such-branch", "--all", ""])
def test_an_unknown_commit_is_named(toy: Toy, name: str) -> None:
    with pytest.raises(UnknownCommit, match="git knows no commit"):
        compared(toy, {CASE: Script()}, base=name)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("one", "said"), "there is nothing to compare"),
        (("nowhere",), "git knows no commit 'nowhere'"),
        (("one", "--accept", "speed.*"), "gives no reason"),
    ],
)
def test_nothing_measured_is_a_status_of_its_own(
    toy: Toy, arguments: tuple[str, ...], said: str
) -> None:
    command = [sys.executable, "-m", "tracker", "compare", *arguments]

    done = subprocess.run(
        command, cwd=toy.root, env=toy.environ(), capture_output=True, text=True, check=False
    )

    assert done.returncode == Status.NOTHING_MEASURED
    assert said in done.stderr
