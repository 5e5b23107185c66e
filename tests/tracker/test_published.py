"""The site as committed shows the results as committed.

Not the files on the disk: whoever has measured on their own machine has published that there.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def index() -> Any:  # noqa: ANN401  JSON is anything
    if "html/index.json" not in git("ls-tree", "-r", "--name-only", "HEAD", "html"):
        pytest.skip("no site is committed yet")
    return json.loads(git("show", "HEAD:html/index.json"))


def test_the_site_is_not_older_than_the_results(index: Any) -> None:  # noqa: ANN401
    listed = git("ls-tree", "-r", "--name-only", "HEAD", "results/reference").splitlines()
    measured = {Path(name).name.partition("-")[0] for name in listed if "-" in name}
    shown = {commit[:8] for commit in index["revision_to_hash"].values()}

    assert measured - shown == set(), "run `./just publish` and commit html/"


def test_the_site_shows_no_one_elses_machine(index: Any) -> None:  # noqa: ANN401
    assert index["params"]["machine"] == ["reference"], "move results/local away, publish again"


def test_the_site_shows_the_newest_comparison(index: Any) -> None:  # noqa: ANN401
    listed = git("ls-tree", "-r", "--name-only", "HEAD", "results/letta").splitlines()
    kept = {name: json.loads(git("show", f"HEAD:{name}")) for name in listed}
    newest: dict[str, str] = {}
    for name in sorted(kept, key=lambda name: str(kept[name]["measured_at"])):
        newest[name.partition("-")[2]] = name
    page = git("show", "HEAD:html/letta.html") if newest else ""

    missing = [name for name in newest.values() if name not in page]
    assert not missing, "run `./just publish` and commit html/"
