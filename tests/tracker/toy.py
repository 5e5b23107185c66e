"""A small repository with a history of its speed, made anew by the tests."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).parents[2]

LOCKED: Final = (
    "asv-runner", "hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers",
)  # fmt: skip

PYPROJECT: Final = """
[project]
name = "toy"
version = "1"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
"""

BENCHMARK: Final = '''
from itertools import accumulate, cycle

import toy

# A clock of its own: by that of the machine a busy moment would be told as a regression.
clock = accumulate(cycle((0.002, 0.0021))).__next__


class Work:
    """The loop of the toy."""

    version = "1"

    def track_steps(self):
        return toy.work()

    track_steps.unit = "steps"
    track_steps.less_is_better = True

    def time_work(self):
        toy.work()

    time_work.repeat = (3, 3, 1.0)
    time_work.rounds = 1
    time_work.sample_time = 0.001
    time_work.warmup_time = 0
    time_work.timer = clock
'''

FAST, SLOW = 20_000, 60_000
"""Steps of the loop, before and after the commit that makes it slow."""

HISTORY: Final = (
    ("begin", FAST),
    ("rename a variable", FAST),
    ("say more", FAST),
    ("speak of speed", None),
    ("add a check", FAST),
    ("make it slow", SLOW),
    ("mend a comment", SLOW),
    ("tidy up", SLOW),
)
"""Subjects and steps; None touches nothing that is measured."""


@dataclass(frozen=True, slots=True)
class Toy:
    """A repository, and a home folder that is not this user's."""

    root: Path
    home: Path

    @classmethod
    def begin(cls, folder: Path) -> Self:
        """Make the repository, with everything but its history."""
        toy = cls(folder / "toy", folder / "home")
        toy.home.mkdir(parents=True)
        toy.root.mkdir()
        toy.git("init", "--quiet", "--initial-branch=main")
        toy.write("requirements.lock", lock_of(LOCKED))
        toy.write("pyproject.toml", PYPROJECT)
        toy.write("benchmarks/__init__.py", "")
        toy.write("benchmarks/speed.py", BENCHMARK)
        toy.write(".gitignore", "/.asv/\n/html/\n/results/\n__pycache__/\n")
        configuration = json.loads((ROOT / "asv.conf.json").read_text("utf-8"))
        toy.write("asv.conf.json", json.dumps({**configuration, "project": "toy"}))
        return toy

    @classmethod
    def with_history(cls, folder: Path) -> Self:
        """Make the repository with all of `HISTORY`."""
        toy = cls.begin(folder)
        for subject, steps in HISTORY:
            toy.commit(subject, steps)
        return toy

    def copy(self, folder: Path) -> "Toy":
        """Return a copy of its own, results included, environments left out."""
        toy = Toy(folder / "toy", folder / "home")
        shutil.copytree(self.root, toy.root, ignore=shutil.ignore_patterns(".asv"))
        shutil.copytree(self.home, toy.home)
        return toy

    def commit(self, subject: str, steps: int | None) -> str:
        """Commit a change, and return the commit."""
        if steps is None:
            self.write("README.md", f"# {subject}\n")
        else:
            code = f"# {subject}\n\ndef work():\n    return sum(1 for _ in range({steps}))\n"
            self.write("toy/__init__.py", code)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)
        return self.git("rev-parse", "HEAD")

    def named(self, subject: str) -> str:
        """Return the commit with that subject."""
        return self.git("log", "--format=%H", "--fixed-strings", f"--grep={subject}", "--all")

    def write(self, name: str, text: str) -> None:
        """Write a file of the working tree."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def git(self, *arguments: str) -> str:
        """Run git; return what it prints."""
        return self._run("git", *arguments).stdout.strip()

    def asv(self, *arguments: str) -> str:
        """Run asv; return what it prints."""
        return self._run(sys.executable, "-m", "asv", *arguments).stdout

    def track(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the tracker to its end, whatever that is."""
        command = [sys.executable, "-m", "tracker", "track", *arguments]
        return subprocess.run(
            command, cwd=self.root, env=self.environ(), capture_output=True, text=True, check=False
        )

    def start_tracking(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the tracker; its output is to be read line by line."""
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "tracker", "track", *arguments],
            cwd=self.root,
            env=self.environ(),
            stdout=subprocess.PIPE,
            text=True,
        )

    def published(self, name: str) -> dict[str, object]:
        """Read a file of the site."""
        content: dict[str, object] = json.loads((self.root / "html" / name).read_text("utf-8"))
        return content

    def environ(self) -> Mapping[str, str]:
        """Return the variables of a program run here."""
        cache = os.environ.get("UV_CACHE_DIR") or Path("~/.cache/uv").expanduser()
        return {
            **os.environ,
            "HOME": str(self.home),
            "UV_CACHE_DIR": str(cache),
            # asv imports the plugin from its own folder, which here is the toy's.
            "PYTHONPATH": str(ROOT),
            "GIT_AUTHOR_NAME": "Toy",
            "GIT_AUTHOR_EMAIL": "toy@example.org",
            "GIT_COMMITTER_NAME": "Toy",
            "GIT_COMMITTER_EMAIL": "toy@example.org",
        }

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.root, env=self.environ(), capture_output=True, text=True, check=True
        )


def lock_of(names: Iterable[str]) -> str:
    """Return the part of this repository's lock that is about `names`, hashes included."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    entries = (re.search(rf"^{name}==.*(?:\n +--hash.*)*\n", lock, re.MULTILINE) for name in names)
    return "".join(entry[0] for entry in entries if entry)
