"""What GitHub runs: only our own recipes, pinned actions, and no more rights than are used."""

import json
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.workflows import FILES, FOLDER, ROOT, jobs, just, recipes, steps, workflow
from tracker.pull_request.reporting import LABEL
from tracker.suite import Suite

each_workflow = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)

PINNED: Final = re.compile(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

ACTIONS: Final = {
    "actions/cache", "actions/checkout", "actions/configure-pages", "actions/deploy-pages",
    "actions/download-artifact", "actions/setup-python", "actions/upload-artifact",
    "actions/upload-pages-artifact",
}  # fmt: skip
"""GitHub's own, and of these only what can not be done at home."""

RIGHTS: Final = {
    "tests.yml": {"contents": "read"},
    "benchmarks.yml": {"contents": "read"},
    "comment.yml": {"actions": "read", "contents": "read", "pull-requests": "write"},
    "publish.yml": {"contents": "read"},
    "triage.yml": {"contents": "read"},
}

RIGHTS_OF_JOBS: Final = {("publish.yml", "deploy"): {"pages": "write", "id-token": "write"}}

RUN_ELSEWHERE: Final = {
    "track": "tests/tracker/test_publishing_recipes.py",
    "test": "the suite is what runs this",
    "pr-report": "tests/tracker/pull_request/test_reporting.py",
    "publish": "tests/tracker/test_publishing_recipes.py, in the toy",
    "triage": "test_the_week_is_told_on_the_page_of_the_run",
}


def test_actionlint_finds_nothing() -> None:
    # Without the linters of other languages, which it would call if they happened to be there.
    command = ["actionlint", "-shellcheck=", "-pyflakes=", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_every_workflow_is_in_the_table_of_rights() -> None:
    assert {file.name for file in FILES} == set(RIGHTS)


@each_workflow
def test_rights_are_the_least_and_said_at_the_top(file: Path) -> None:
    assert workflow(file)["permissions"] == RIGHTS[file.name]
    said = {
        (file.name, name): job["permissions"] for name, job in jobs(file) if "permissions" in job
    }
    assert said == {key: rights for key, rights in RIGHTS_OF_JOBS.items() if key[0] == file.name}


@each_workflow
def test_actions_are_pinned_and_few(file: Path) -> None:
    used = re.findall(r"uses: *(.+)", file.read_text("utf-8"))

    assert used
    for each in used:
        assert PINNED.fullmatch(each), each
        assert each.partition("@")[0] in ACTIONS, each


def test_one_action_has_one_version_everywhere() -> None:
    used = {use for file in FILES for use in re.findall(r"uses: *(.+)", file.read_text("utf-8"))}

    assert len(used) == len({use.partition("@")[0] for use in used}), sorted(used)


@each_workflow
def test_a_step_is_a_recipe_that_can_be_run_at_home(file: Path) -> None:
    known = set(just("--summary").stdout.split())

    for step in steps(file):
        if "run" in step:
            assert re.fullmatch(r"\./just [a-z-]+( [^;&|`<>\n]*)?", step["run"]), step["run"]
    assert recipes(file) <= known


@each_workflow
def test_what_others_wrote_never_reaches_a_shell_as_code(file: Path) -> None:
    for step in steps(file):
        assert "${{" not in step.get("run", ""), "hand it over in `env`"
        unquoted = re.sub(r'"\$\w+"', "", step.get("run", ""))
        assert "$" not in unquoted, f"quote it: {step['run']}"


@each_workflow
def test_a_fork_is_given_nothing_to_steal(file: Path) -> None:
    text = file.read_text("utf-8")
    triggers = workflow(file)["on"]

    assert "pull_request_target" not in text
    assert "secrets" not in text
    if "pull_request" in triggers:
        assert RIGHTS[file.name] == {"contents": "read"}
        assert "github.token" not in text
    if "workflow_run" in triggers:
        refs = [step for step in steps(file) if "ref" in step.get("with", {})]
        assert not refs, "with rights to write only main's own code is run"


@each_workflow
def test_a_checkout_keeps_no_token_and_a_job_has_an_end(file: Path) -> None:
    for _, job in jobs(file):
        assert 0 < job["timeout-minutes"] <= 90
        assert re.fullmatch(r"ubuntu-\d\d\.\d\d", job["runs-on"]), "a moving image moves figures"
    for step in steps(file):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@each_workflow
def test_what_needs_the_history_gets_all_of_it(file: Path) -> None:
    if recipes(file) & {"test", "track", "pr-report", "triage"}:
        fetched = [step["with"].get("fetch-depth") for step in steps(file) if "with" in step]
        assert 0 in fetched


@each_workflow
def test_one_run_at_a_time(file: Path) -> None:
    concurrency = workflow(file)["concurrency"]

    assert concurrency["group"]
    assert concurrency["cancel-in-progress"] is (file.name in {"tests.yml", "benchmarks.yml"})


def test_a_pull_request_is_compared_where_compare_looks_for_a_difference() -> None:
    paths = workflow(FOLDER / "benchmarks.yml")["on"]["pull_request"]["paths"]

    assert tuple(path.removesuffix("/**") for path in paths) == Suite.read(ROOT).measured_paths()


def test_the_label_that_accepts_is_the_one_that_the_workflow_looks_for() -> None:
    text = (FOLDER / "benchmarks.yml").read_text("utf-8")

    assert set(re.findall(r"'(perf-[\w-]+)'", text)) == {LABEL}


def test_every_recipe_that_is_called_is_run_by_a_test() -> None:
    called = set().union(*(recipes(file) for file in FILES))

    assert called == {"setup", "comment", *RUN_ELSEWHERE}


def test_setup_says_that_it_is_done() -> None:
    assert just("setup").stdout == "Set up.\n"


def test_the_recipe_of_the_comment_takes_what_the_workflow_gives(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("nothing is slower\n", "utf-8")
    (tmp_path / "pull-request.json").write_text(json.dumps({"pull_request": 7}), "utf-8")
    (step,) = [step for step in steps(FOLDER / "comment.yml") if "comment" in step.get("run", "")]
    given = step["run"].replace("reports/pull-request", str(tmp_path)).replace('"$HEAD"', "a" * 40)

    done = just(*given.split()[1:], "--dry-run", BENCHMARKS_RUN_URL="https://example.org/run")

    assert done.returncode == 0, done.stderr
    assert "nothing is slower" in done.stdout
    assert "by [this run](https://example.org/run)" in done.stdout


@pytest.mark.timeout(180)
def test_the_week_is_told_on_the_page_of_the_run(tmp_path: Path) -> None:
    (step,) = [step for step in steps(FOLDER / "triage.yml") if "--out" in step.get("run", "")]
    page = tmp_path / "summary.md"
    given = step["run"].replace('"$GITHUB_STEP_SUMMARY"', str(page))

    done = just(*given.split()[1:])

    assert done.returncode == 0, done.stderr
    assert page.read_text("utf-8").startswith("#")


def test_the_page_has_every_workflow() -> None:
    page = (ROOT / "docs/workflows.md").read_text("utf-8")

    assert re.findall(r"^\| `([a-z]+\.yml)` \|", page, re.MULTILINE) == list(RIGHTS)


def test_what_is_typed_after_a_recipe_reaches_the_program_as_it_was_typed() -> None:
    said = just("regressions", "todo|memory", "$HOME 'x'")

    assert said.returncode == 2
    assert "todo|memory $HOME 'x'" in said.stderr
    assert "{{options}}" not in re.sub("(?m)^#.*", "", (ROOT / "justfile").read_text("utf-8"))
