"""How long does a publish take, page by page? `python -m tests.tracker.publishing_time`.

Makes a repository with a long history and a folder of results in a temporary place, publishes it
with asv, and prints the seconds that each publisher and asv's own work kept the processor.
asv looks for steps in processes of its own, which are not counted.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.tracker.toy import ROOT

SAMPLES: Final = 30
EPOCH_S: Final = 1_700_000_000
TOOLS: Final = ("memory", "todo", "chat", "graph", "unix", "pattern")
TARGETS: Final = 40
TARGET: Final = """
[[target]]
name = "{name} comes within 2 ms"
benchmark = "{name}"
bound = 2
unit = "ms"
kind = "promise"
"""

COLUMNS: Final = (
    "result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b",
    "stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples", "profile",
)  # fmt: skip


def history(folder: Path, count: int) -> list[str]:
    """Make a repository of so many commits on main; return them, oldest first."""
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    lines = []
    for number in range(count):
        author = f"Toy <toy@example.org> {EPOCH_S + 3600 * number} +0000"
        parent = f"from :{number}\n" if number else ""
        lines.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter {author}\ndata 1\nx\n{parent}"
            f"M 644 inline n\ndata {len(str(number))}\n{number}\n"
        )
    subprocess.run([*git, "fast-import", "--quiet"], input="".join(lines), text=True, check=True)
    listed = subprocess.run(
        [*git, "rev-list", "--reverse", "main"], capture_output=True, text=True, check=True
    )
    return listed.stdout.split()


def names(count: int) -> Iterator[str]:
    """Yield names of benchmarks, as many of each tool, and those of calibration."""
    yield "calibration.Machine.time_python"
    for number in range(count - 1):
        yield f"tools.{TOOLS[number % len(TOOLS)]}.At1k.time_{number}"


def write_results(folder: Path, commits: list[str], benchmarks: list[str]) -> None:
    """Write what asv would have measured: latencies that vary by a tenth, seeded."""
    about = {"params": [], "param_names": [], "version": "1", "unit": "seconds", "type": "time",
             "code": "", "timeout": 60}  # fmt: skip
    listed: dict[str, Any] = {name: {**about, "name": name} for name in benchmarks}
    (folder / "reference").mkdir(parents=True)
    (folder / "benchmarks.json").write_text(json.dumps({**listed, "version": 2}), "utf-8")
    machine = {"machine": "reference", "version": 1}
    (folder / "reference/machine.json").write_text(json.dumps(machine), "utf-8")
    chance = random.Random(1)  # noqa: S311  figures for a picture
    for number, commit in enumerate(commits):
        results = {name: row(chance) for name in benchmarks}
        content = {
            "commit_hash": commit, "env_name": "locked-py3.11", "python": "3.11",
            "date": 1000 * (EPOCH_S + 3600 * number), "requirements": {}, "env_vars": {},
            "params": {"machine": "reference", "python": "3.11"}, "durations": {}, "version": 2,
            "result_columns": COLUMNS, "results": results,
        }  # fmt: skip
        file = folder / "reference" / f"{commit[:8]}-locked-py3.11.json"
        file.write_text(json.dumps(content), "utf-8")


def row(chance: random.Random) -> list[object]:
    """Return what asv keeps of one benchmark."""
    samples = [float(f"{chance.lognormvariate(-7, 0.1):.4g}") for _ in range(SAMPLES)]
    middle = sorted(samples)[SAMPLES // 2]
    return [[middle], [], "1", 1000 * EPOCH_S, 1.0, [middle * 0.9], [middle * 1.1],
            [middle * 0.95], [middle * 1.05], [1], [SAMPLES], [samples]]  # fmt: skip


def publish(folder: Path) -> dict[str, float]:
    """Publish the repository at `folder`; return what each publisher took of the processor."""
    from asv.commands.publish import Publish
    from asv.config import Config
    from asv.plugin_manager import plugin_manager
    from asv.publishing import OutputPublisher
    from asv.util import iter_subclasses

    os.chdir(folder)
    plugin_manager.import_plugin(".tracker.plugin")
    spent: dict[str, float] = {}
    for publisher in iter_subclasses(OutputPublisher):
        publisher.publish = timed(publisher.publish, publisher.__name__, spent)
    began = time.process_time()
    Publish.run(Config.load("asv.conf.json"), pull=False)
    total = time.process_time() - began
    return {"asv itself": total - sum(spent.values()), **spent, "all": total}


def timed(work: Callable[..., None], name: str, spent: dict[str, float]) -> Callable[..., None]:
    """Return `work` so that it notes what it took."""

    def run(*arguments: object, **more: object) -> None:
        began = time.process_time()
        work(*arguments, **more)
        spent[name] = time.process_time() - began

    return run


def main() -> None:
    """Make, publish, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--benchmarks", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commits = history(folder, options.commits)
        write_results(folder / "results", commits, list(names(options.benchmarks)))
        configuration = json.loads((ROOT / "asv.conf.json").read_text("utf-8"))
        (folder / "asv.conf.json").write_text(json.dumps(configuration), "utf-8")
        (folder / "benchmarks").mkdir()
        promised = [TARGET.format(name=name) for name in names(min(TARGETS, options.benchmarks))]
        (folder / "benchmarks/targets.toml").write_text("".join(promised), "utf-8")
        spent = publish(folder)
        os.chdir(ROOT)
    for part, seconds in spent.items():
        print(f"{seconds:8.2f} s  {part}", file=sys.stderr)


if __name__ == "__main__":
    main()
