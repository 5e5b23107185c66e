"""The toy repository with benchmarks that go wrong in every way, and an engine on two commits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.tracker.toy import Toy
from tracker.lockstep.engine import Engine, lockstep

CODE = """
import sqlite3, sys, time

kept = []
database = sqlite3.connect("toy.db")
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE IF NOT EXISTS t (n)")

def work():
    return sum(range(STEPS))

def loop():
    for _ in range(STEPS // 1000):
        pass

def write():
    for n in range(COMMITS):
        database.execute("INSERT INTO t VALUES (?)", (n,))
        database.commit()

def leak():
    kept.extend(bytes(1000) for _ in range(LEAKED))

def nap():
    for _ in range(NAPS):
        time.sleep(0.0001)

def size():
    return STEPS
"""

FAULTS = """
import os, subprocess, sys, threading, time
from pathlib import Path

import toy


class Cached:
    '''Wants a folder, made once, and leaves files in it.'''

    version = "1"

    def setup_cache(self):
        Path("made.txt").write_text("made")
        return str(Path.cwd())

    def setup(self, folder):
        assert str(Path.cwd()) == folder
        assert os.listdir(folder).count("left.txt") == 0 or self.seen
        self.seen = True
        Path("left.txt").write_text("left")

    seen = False

    def time_work(self, folder):
        toy.work()


def time_work():
    toy.work()


def time_loop():
    toy.loop()


def time_write():
    toy.write()


def time_leak():
    toy.leak()


def time_nap():
    toy.nap()


def time_print():
    print("noise " * 10, flush=True)


def time_raise():
    raise RuntimeError("the reason")


def time_crash():
    os.abort()


def time_hang():
    threading.Event().wait()


time_hang.timeout = 0.5


def time_wait():
    threading.Event().wait()


started = []


def time_server():
    if started:
        return
    # In a session of its own, as an MCP client starts its server.
    sleep = [sys.executable, "-c", "import time; time.sleep(600)  # of the toy"]
    started.append(subprocess.Popen(sleep, start_new_session=True))


def skipping():
    raise NotImplementedError


def time_skipped():
    pass


time_skipped.setup = skipping


def time_of(size, kind):
    assert (size, kind) == (2, "b")


time_of.params = [[1, 2], ["a", "b"]]


def track_size():
    return toy.size()


track_size.unit = "steps"
track_size.less_is_better = False


def track_distribution():
    return {"samples": [3, 1, 2], "number": 1}


def peakmem_work():
    toy.work()
"""

FIGURES = {"STEPS": 20_000, "COMMITS": 1, "LEAKED": 0, "NAPS": 0}


@dataclass(frozen=True, slots=True)
class Pairable:
    """A toy and its commits."""

    toy: Toy
    fast: str
    slow: str
    environments: Path


@pytest.fixture(scope="session")
def pairable(tmp_path_factory: pytest.TempPathFactory) -> Pairable:
    """Make a repository of two commits, the second of which does more of everything."""
    folder = tmp_path_factory.mktemp("lockstep")
    toy = Toy.begin(folder)
    toy.write("benchmarks/faults.py", FAULTS)
    commits = []
    for factor in (1, 2):
        figures = {name: value * factor for name, value in FIGURES.items()}
        if factor > 1:
            figures |= {"LEAKED": 1, "NAPS": 3}
        lines = [f"{name} = {value}" for name, value in figures.items()]
        toy.write("toy/__init__.py", "\n".join(lines) + CODE)
        toy.git("add", "--all")
        toy.git("commit", "--quiet", "--message", f"do {factor} times as much")
        commits.append(toy.git("rev-parse", "HEAD"))
    return Pairable(toy, commits[0], commits[1], folder / "environments")


@pytest.fixture(scope="session")
def engine(pairable: Pairable) -> Iterator[Engine]:
    """Make an engine on both commits; its environments are the dear part, so it is shared."""
    with lockstep(
        pairable.toy.root,
        pairable.fast,
        pairable.slow,
        environments=pairable.environments,
    ) as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_left_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test leave a process that a benchmark started."""
    yield
    # Tests of other workers run at the same time, and start the like in folders of their own.
    own = str(tmp_path_factory.getbasetemp())
    commands = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    lines = (" ".join(command) for command in commands)
    assert [line for line in lines if "# of the toy" in line and own in line] == []
