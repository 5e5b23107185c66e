"""The tutorial's commands, in its order, in a clone: slow, caught, found."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TUTORIAL = (ROOT / "docs/tutorial.md").read_text("utf-8")
PACKAGES = subprocess.run(
    ["uv", "cache", "dir"], capture_output=True, text=True, check=True
).stdout.strip()

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def block(heading: str) -> str:
    """Return the commands under a heading."""
    section = TUTORIAL.partition(heading)[2]
    found: list[str] = re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)
    return found[0]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Do what comes before the first heading; the clone is of what is committed here."""
    folder = tmp_path_factory.mktemp("tutorial")
    begin = block("caught").replace("<this repository>", str(ROOT))
    done = run(folder, begin)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "tour"


def run(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    who = {f"GIT_{role}_{what}": "reader" for role in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
    mail = {f"GIT_{role}_EMAIL": "reader@localhost" for role in ("AUTHOR", "COMMITTER")}
    bin_ = folder / ".venv/bin"
    return subprocess.run(
        ["bash", "-c", f"set -e\n{commands}"],
        cwd=folder,
        env=os.environ
        | who
        | mail
        | {"HOME": str(folder.parent), "UV_CACHE_DIR": PACKAGES, "COLUMNS": "200"}
        | {"PATH": f"{bin_}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_slow_change_is_made_caught_and_found(tour: Path) -> None:
    made = run(tour, block("## 1. "))
    assert made.returncode == 0, made.stderr

    verdict = run(tour, block("## 2. "))
    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    assert "tools.todo.At500.time_list" in verdict.stdout
    assert "statements" in verdict.stdout

    history = run(tour, block("## 3. "))
    assert history.returncode == 1, history.stdout[-3000:] + history.stderr[-2000:]
    assert "Tidy up the list of todos" in history.stdout

    found = run(tour, block("## 4. "))
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Tidy up the list of todos" in found.stdout
