"""The same samples given to asv, and what `asv compare` says of them.

They are kept in `.asv/lockstep/`, with a configuration of their own, so that
`asv compare --config .asv/lockstep/asv.conf.json BASE HEAD` can be asked again. asv's answer is
shown beside ours and decides nothing: it takes the samples of one process for independent.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from tracker.comparing.findings import Finding
from tracker.lockstep.model import Side

FOLDER: Final = ".asv/lockstep"
MACHINE: Final = "lockstep"
ENVIRONMENT: Final = "lockstep"
TIMEOUT_S: Final = 120.0

ROW: Final = re.compile(
    r"^\| (?P<mark>[-+!*x ]) +\| .+? \| .+? \| (?P<ratio>.+?) \| (?P<name>.+) \|$"
)

NO_RATIO: Final = "n/a"
"""Without a mark: asv lists all combinations of parameters, also those without samples."""

WORDS: Final = {"-": "faster", "+": "slower", "!": "fails", "*": "mended", "x": "not comparable"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What asv says, by the name of the case, and how to ask it again."""

    words: Mapping[str, str]
    command: str
    said: str = ""
    """Why it says nothing."""


def ask(root: Path, base: str, head: str, findings: Iterable[Finding]) -> Answer:
    """Save the samples as asv's results of both commits, run `asv compare`, and read its table."""
    folder = root / FOLDER
    measured = [each for each in findings if each.first or each.turns]
    command = f"asv compare --config {FOLDER}/asv.conf.json --machine {MACHINE} {base} {head}"
    if not measured or base == head:
        # Results are kept under their commit: those of one commit twice would be one.
        return Answer({}, command, "asv cannot tell a commit from itself" if measured else "")
    save(folder, root, {Side.BASE: base, Side.HEAD: head}, measured)
    asked = [sys.executable, "-m", "asv", *command.split()[1:]]
    try:
        done = subprocess.run(
            asked, cwd=root, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return Answer({}, command, f"asv did not answer within {TIMEOUT_S:.0f} s")
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["nothing"]
        return Answer({}, command, f"asv compare failed: {last[0]}")
    return Answer(parse(done.stdout), command)


def parse(table: str) -> dict[str, str]:
    """Return asv's word and ratio of each case; `1.04` alone is asv's way to say no change."""
    rows = (ROW.match(line) for line in table.splitlines())
    found = {}
    for row in rows:
        if row and row["name"].strip() != "Benchmark (Parameter)":
            mark, ratio = row["mark"].strip(), row["ratio"].strip()
            if mark or ratio != NO_RATIO:
                found[row["name"].strip()] = f"{WORDS.get(mark, '')} {ratio}".strip()
    return found


def save(folder: Path, root: Path, commits: Mapping[Side, str], findings: list[Finding]) -> None:
    """Write what asv reads: its configuration, the machine, the benchmarks, two files of results.

    What an earlier comparison left is taken away: its samples belong to another moment.
    """
    from asv.util import write_json

    # Only that: the environments of both commits lie beside it.
    shutil.rmtree(folder / "results", ignore_errors=True)
    machine = folder / "results" / MACHINE
    machine.mkdir(parents=True)
    # asv takes every path from where the configuration is.
    up = "../" * len(Path(FOLDER).parts)
    configuration = {
        "version": 1,
        "project": root.name,
        "repo": up.rstrip("/"),
        "benchmark_dir": f"{up}benchmarks",
        "results_dir": "results",
        "environment_type": "virtualenv",
    }
    (folder / "asv.conf.json").write_text(json.dumps(configuration, indent=1), "utf-8")
    write_json(str(machine / "machine.json"), {"machine": MACHINE}, 1)
    by_benchmark: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_benchmark[finding.case.benchmark].append(finding)
    benchmarks = {name: _described(cases) for name, cases in by_benchmark.items()}
    from asv.benchmarks import Benchmarks

    write_json(str(folder / "results/benchmarks.json"), benchmarks, Benchmarks.api_version)
    for side, commit in commits.items():
        _save_side(folder / "results", side, commit, by_benchmark, benchmarks)


def _save_side(
    results_dir: Path,
    side: Side,
    commit: str,
    by_benchmark: Mapping[str, list[Finding]],
    benchmarks: Mapping[str, dict[str, Any]],
) -> None:
    from asv.results import Results
    from asv.runner import BenchmarkResult

    now_ms = int(time.time() * 1000)
    params = {"machine": MACHINE}
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    results = Results(params, {}, commit, now_ms, version, ENVIRONMENT, {})
    for name, cases in by_benchmark.items():
        described = benchmarks[name]
        samples = {each.case.parameters: _samples(each, side) for each in cases}
        combinations = list(product(*described["params"]))
        listed = [samples.get(combination) or None for combination in combinations]
        # NaN is asv's way to say that a combination was not measured.
        middles = [float("nan") if each is None else 0.0 for each in listed]
        number = [None if each is None else 1 for each in listed]
        result = BenchmarkResult(middles, listed, number, 0, "", None)
        results.add_result(described, result, record_samples=True)
    results.save(str(results_dir))


def _samples(finding: Finding, side: Side) -> list[float]:
    pairs = [*finding.first, *finding.fresh]
    if pairs:
        return [sample for pair in pairs for sample in pair.timings[side].wall_s]
    place = list(Side).index(side)
    return [turn[place] for turn in (*finding.turns, *finding.fresh_turns)]


def _described(findings: list[Finding]) -> dict[str, Any]:
    case = findings[0].case
    axes = zip(*(each.case.parameters for each in findings), strict=True)
    return {
        "name": case.benchmark,
        "version": "1",
        "type": case.kind,
        "unit": case.unit,
        "params": [sorted(set(axis)) for axis in axes],
        "param_names": [f"param{place}" for place in range(1, len(case.parameters) + 1)],
        "code": "",
    }
