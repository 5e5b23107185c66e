"""`python -m tracker validate`: its exit status and what it leaves."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.toy import ROOT
from tests.tracker.validation.made import Maker, content, row
from tests.tracker.validation.test_judging import arms

REPORT = {"report.md", "samples.json", "verdicts.json"}
PICTURES = {"ratios.png", "latency.png", "scaling.png", "sustained.png", "memory.png"}


def validate(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracker", "validate", *options]
    environ = {"PATH": "", "HOME": str(folder), "PYTHONPATH": str(ROOT), "COLUMNS": "160"}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def written(folder: Path, said: dict[str, Any], name: str = "made.json") -> str:
    (folder / name).write_text(json.dumps(said), "utf-8")
    return str(folder / name)


@pytest.mark.slow
def test_a_whole_run_is_judged_and_reported(tmp_path: Path) -> None:
    file = written(tmp_path, Maker(turns=30).whole())

    done = validate(tmp_path, "--from", file, "--report-dir", "report")

    assert done.returncode == 1, done.stderr
    assert "holds only with cache" in done.stdout
    assert "Of 5 claims: 1 holds only with cache, 4 do not hold." in done.stdout
    assert {each.name for each in (tmp_path / "report").iterdir()} == REPORT | PICTURES
    verdicts = json.loads((tmp_path / "report/verdicts.json").read_text("utf-8"))
    assert {each["verdict"] for each in verdicts["claims"]} == {
        "holds", "does not hold", "holds only with cache",
    }  # fmt: skip
    assert verdicts["claims"][0]["naive"]["sdk_cold"]["estimate"]["n"] == 30
    assert len(verdicts["ratios"]) == 3 * 73
    assert verdicts["ratios"][0]["theirs"]["server_share"] == pytest.approx(0.8, rel=0.1)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (arms(sdk=4.0, mcp_stdio=0.4), 0),
        (arms(sdk=0.4, mcp_stdio=0.4), 1),
        (arms(sdk=4.0, mcp_stdio=0.4, turns=5), 2),
        (arms(sdk=4.0), 2),
    ],
)
def test_the_exit_status(tmp_path: Path, rows: list[dict[str, Any]], status: int) -> None:
    file = written(tmp_path, content(*rows, set="quick"))

    assert validate(tmp_path, "--from", file).returncode == status
    assert list(tmp_path.glob("reports/letta/20260102T030405Z-real/report.md"))


def test_a_bad_file_is_not_a_claim_that_fails(tmp_path: Path) -> None:
    file = written(tmp_path, content(row("health", "sdk", [-1.0])))

    done = validate(tmp_path, "--from", file)

    assert done.returncode == 2
    assert "operations.0.seconds.0 (health · sdk)" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reports").exists()


def test_benchmarks_that_are_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/__init__.py").touch()

    done = validate(tmp_path, "--quick", "--report-dir", "report")

    assert done.returncode == 2
    assert "the benchmarks ended with status" in done.stderr


@pytest.mark.slow
def test_what_was_asked_for_is_measured(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/__init__.py").touch()
    program = "import tests.tracker.validation.measurer\n"
    (tmp_path / "benchmarks/letta.py").write_text(program, "utf-8")

    done = validate(tmp_path, "--profile", "wan")

    assert done.returncode == 1, done.stderr
    assert "2/3 agent_list · sdk" in done.stdout
    (kept,) = tmp_path.glob("reports/letta/*-standin-wan")
    measured = json.loads((kept / "samples.json").read_text("utf-8"))
    assert (measured["set"], measured["backend"]["profile"]) == ("quick", "wan")


@pytest.mark.slow
def test_two_runs_of_one_world_agree(tmp_path: Path) -> None:
    one = written(tmp_path, Maker(seed=1).whole(), "one.json")
    two = written(tmp_path, Maker(seed=2).whole(), "two.json")
    other = written(tmp_path, Maker(seed=3, speedup=2).whole(), "other.json")

    agreeing, differing = (validate(tmp_path, "--agree", one, each) for each in (two, other))

    assert agreeing.returncode == 0
    assert agreeing.stdout.count("overlap") == 73
    assert "73 of 73 ratios agree." in agreeing.stdout
    assert differing.returncode == 1
    assert "apart" in differing.stdout


def test_two_runs_with_nothing_in_common_do_not_agree(tmp_path: Path) -> None:
    one = written(tmp_path, content(*arms(sdk=1.0, mcp_stdio=1.0)), "one.json")
    two = written(tmp_path, content(*arms(operation="health", sdk=1.0, mcp_stdio=1.0)), "two.json")

    assert validate(tmp_path, "--agree", one, two).returncode == 2


@pytest.mark.slow
def test_what_is_published_is_the_page_with_its_pictures(tmp_path: Path) -> None:
    for folder in ("results", "docs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "docs/letta-standin-wan-old.png").touch()
    file = written(tmp_path, Maker(turns=30).whole())

    validate(tmp_path, "--from", file, "--publish")

    assert (tmp_path / "results/letta/abababab-real.json").is_file()
    page = (tmp_path / "docs/letta-comparison.md").read_text("utf-8")
    shown = {line.partition("](")[2].rstrip(")") for line in page.splitlines() if "![" in line}
    assert {each.name for each in tmp_path.glob("docs/*.png")} == shown
    assert len(shown) == 5


def test_samples_of_changed_code_are_not_published(tmp_path: Path) -> None:
    file = written(tmp_path, content(*arms(sdk=4.0, mcp_stdio=0.4), is_clean=False))

    done = validate(tmp_path, "--from", file, "--publish")

    assert done.returncode == 2
    assert "can not be published: the working tree had changes" in done.stderr
    assert not (tmp_path / "results").exists()
