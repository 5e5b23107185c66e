"""Configurations that asv takes without a word, and that do not do what they say."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asv.config import Config

from tests.tracker.toy import ROOT
from tracker.doctor import configuration
from tracker.doctor.configuration_schema import Configuration
from tracker.doctor.model import Seen, State

GOOD: dict[str, Any] = json.loads((ROOT / "asv.conf.json").read_text("utf-8"))


def write(folder: Path, **changes: object) -> Path:
    content = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    (folder / "asv.conf.json").write_text(json.dumps(content), "utf-8")
    return folder


def assert_fails(seen: Seen, text: str) -> None:
    assert seen.state is State.FAIL, seen
    assert text in seen.text
    assert seen.way_out


def test_ours_is_good() -> None:
    for check in (
        configuration.keys,
        configuration.environment_type,
        configuration.threads,
        configuration.hash_seed,
    ):
        assert check(ROOT).state is State.OK, check(ROOT)


def test_every_key_of_the_installed_asv_is_known() -> None:
    known = set(Configuration.model_fields)

    assert set(vars(Config())) <= known
    assert known - set(vars(Config())) == {"version", "build_cache_size", "wheel_cache_size"}


def test_comments_are_allowed_as_asv_allows_them(tmp_path: Path) -> None:
    text = json.dumps(GOOD, indent=1).replace("{", "{\n// the suite\n", 1)
    (tmp_path / "asv.conf.json").write_text(text, "utf-8")

    assert configuration.keys(tmp_path).state is State.OK


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"regression_thresholds": {".*": 0.1}}, "did you mean 'regressions_thresholds'?"),
        ({"pull_mode": "none"}, "asv knows no 'pull_mode' and passes over it"),
        ({"branches": "main"}, "branches: "),
        ({"branches": []}, "branches: "),
        ({"repo": ...}, "repo: Field required"),
        ({"environment_type": ...}, "environment_type: Field required"),
        ({"version": 2}, "version: "),
        ({"regressions_thresholds": {"work.(": 0.1}}, "no regular expression"),
        ({"regressions_thresholds": {"work": "ten"}}, "regressions_thresholds.work: "),
        ({"regressions_first_commits": {"*": None}}, "no regular expression"),
        ({"matrix": {"env_no_build": {"A": ["1"]}, "env": {}}}, "matrix.env"),
        ({"matrix": {"env": {"A": [1]}}}, "matrix"),
        ({"plugins": ["tracker.plugin"]}, "write '.tracker.plugin'"),
        ({"install_command": [["pip"]]}, "install_command"),
        ({"default_benchmark_timeout": "60"}, "default_benchmark_timeout: "),
        ({"launch_method": "fork"}, "launch_method: "),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_asv_would_not_do_is_found(
    tmp_path: Path, changes: dict[str, object], text: str
) -> None:
    assert_fails(configuration.keys(write(tmp_path, **changes)), text)


def test_a_part_of_a_matrix_that_is_none_is_named(tmp_path: Path) -> None:
    seen = configuration.keys(write(tmp_path, matrix={"env_no_build": {"A": ["1"]}}))

    assert_fails(seen, "did you mean 'env_nobuild'?")


def test_no_file_and_no_json_are_said(tmp_path: Path) -> None:
    assert_fails(configuration.keys(tmp_path), "No such file")

    (tmp_path / "asv.conf.json").write_text('{"version": 1,', "utf-8")
    assert_fails(configuration.keys(tmp_path), "no JSON")
    assert configuration.threads(tmp_path).state is State.UNKNOWN


def test_a_plugin_that_does_not_load_is_found(tmp_path: Path) -> None:
    seen = configuration.environment_type(write(tmp_path, plugins=[".no_such_plugin"]))

    assert_fails(seen, "plugin '.no_such_plugin' does not load")


def test_an_environment_type_that_no_plugin_has_is_found(tmp_path: Path) -> None:
    seen = configuration.environment_type(write(tmp_path, environment_type="lockd"))

    assert_fails(seen, "did you mean 'locked'?")


def test_a_python_that_is_not_there_is_found(tmp_path: Path) -> None:
    seen = configuration.environment_type(write(tmp_path, pythons=["2.4"]))

    assert_fails(seen, "no Python 2.4 on the PATH")


def test_threads_and_hashes_that_are_free_are_found(tmp_path: Path) -> None:
    write(tmp_path, matrix={"env": {"OMP_NUM_THREADS": ["4"]}})

    assert configuration.threads(tmp_path).state is State.WARN
    assert "OMP_NUM_THREADS=4" in configuration.threads(tmp_path).text
    assert configuration.hash_seed(tmp_path).state is State.WARN
    assert '"PYTHONHASHSEED": ["0"]' in configuration.hash_seed(tmp_path).way_out


def test_a_history_that_is_cut_off_and_a_branch_that_is_not_there_are_found(
    tmp_path: Path,
) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=Toy", "-c", "user.email=toy@example.org")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    assert_fails(configuration.branches(write(tmp_path)), "not in a git repository")
    git("init", "--initial-branch=trunk", "whole")
    write(tmp_path / "whole")
    git("-C", "whole", "commit", "--allow-empty", "--message", "one")
    git("-C", "whole", "commit", "--allow-empty", "--message", "two")
    git("clone", "--depth=1", f"file://{tmp_path}/whole", "cut")

    assert configuration.branches(tmp_path / "whole").state is State.WARN
    assert "no branch main" in configuration.branches(tmp_path / "whole").text
    assert_fails(configuration.branches(write(tmp_path / "cut")), "no history")
