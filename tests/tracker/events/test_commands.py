"""The commands, on the toy and on the history of this repository."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracker.toy import ROOT, Toy
from tracker.events import gathering, history_page


def run(toy: Toy, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracker", *arguments]
    return subprocess.run(
        command, cwd=toy.root, env=toy.environ(), capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_suspect_is_listed_and_does_not_count(tracked: Toy) -> None:
    slow = tracked.named("make it slow")

    told = run(tracked, "regressions", "--machine", "local")
    read = json.loads(run(tracked, "regressions", "--machine", "local", "--json").stdout)

    assert told.returncode == 0, told.stderr
    assert "speed.Work.steps" in told.stdout
    assert "python -m tracker bisect speed.Work.track_steps" in told.stdout
    assert [event["commit"] for event in read["events"]] == [slow]
    assert read["events"][0]["benchmarks"][0]["share"] == 2


@pytest.mark.slow
def test_a_week_is_told_in_markdown(tracked: Toy, tmp_path: Path) -> None:
    page = tmp_path / "week.md"

    assert run(tracked, "triage", "--machine", "local", "--out", str(page)).returncode == 0
    quiet = run(tracked, "triage", "--machine", "local", "--since", "2999-01-01").stdout

    assert "make it slow: 1 benchmark worse: speed.Work.steps ×3" in page.read_text("utf-8")
    assert "7 commits measured" in page.read_text("utf-8")
    assert "Nothing is new." in quiet


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("regressions",), "Machine 'reference' has no results of this branch. There is local."),
        (("regressions", "--machine", "local", "--since", "zz"), "No commit of the branch begins"),
    ],
)
def test_what_cannot_be_told_is_said(tracked: Toy, arguments: tuple[str, ...], said: str) -> None:
    done = run(tracked, *arguments)

    assert done.returncode == 1
    assert said in done.stderr


def test_every_event_of_the_published_results_is_explained() -> None:
    found = gathering.gather(gathering.Folders.of(ROOT))
    events = found.of_machine("reference")
    if not events:
        pytest.skip("no results are published here")

    assert history_page.unexplained(events) == [], "say why in benchmarks/events.toml"


def test_the_history_page_is_that_of_the_published_results() -> None:
    found = gathering.gather(gathering.Folders.of(ROOT))
    page = (ROOT / "docs" / history_page.FILE).read_text("utf-8")

    told = history_page.render(found.of_machine("reference"))
    assert page == told, "run `./just history-page` and commit docs/history.md"
