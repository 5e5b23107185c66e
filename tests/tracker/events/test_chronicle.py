"""What git says of commits, and of packages between them."""

import subprocess
from pathlib import Path

import pytest

from tracker.events.chronicle import Chronicle
from tracker.history import History

LOCKS = (
    "mcp==2.2.0 \\\n    --hash=sha256:00\nsix==1.17.0\n",
    "mcp==2.3.0 \\\n    --hash=sha256:01\nsix==1.17.0\n",
    "mcp==2.4.0 \\\n    --hash=sha256:02\nrich==14.0 ; python_version > '3'\n",
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a repository whose lock changes twice; its second commit changes nothing else."""

    def git(*arguments: str) -> None:
        name = ("-c", "user.name=T", "-c", "user.email=t@example.org")
        subprocess.run(["git", "-C", str(tmp_path), *name, *arguments], check=True)

    git("init", "-q", "-b", "main")
    for number, lock in enumerate(LOCKS):
        (tmp_path / "requirements.lock").write_text(lock)
        git("add", "-A")
        git("commit", "-q", "-m", f"Lock {number}", "-m", "Body: yes")
    (tmp_path / "README.md").write_text("read me")
    git("add", "-A")
    git("commit", "-q", "-m", "Say more")
    return tmp_path


def test_packages_between_two_commits_are_told_by_version(repository: Path) -> None:
    read = Chronicle.read(History(repository), "main", ["requirements.lock"])
    first, second, third, said = (commit.hash for commit in read.commits)

    assert read.packages(first, second) == ("mcp 2.2.0 → 2.3.0",)
    assert read.packages(first, third) == ("mcp 2.2.0 → 2.4.0", "rich 14.0 came", "six 1.17.0 went")
    assert read.packages(third, said) == ()
    assert [commit.subject for commit in read.between(first, third)] == ["Lock 1", "Lock 2"]
    assert said not in read.measured
    assert read.commits[0].body == "Body: yes"
