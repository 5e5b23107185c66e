"""`ltmc`: its subcommands, its flags, and what it says of wrong ones."""

import json
import tomllib
from pathlib import Path

import pytest

from ltmc_server.__main__ import main
from ltmc_server.settings import Settings


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(arguments) == status
    return capsys.readouterr().out


def test_validate_makes_nothing_and_says_all(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    told = json.loads(said(capsys, "--data-dir=data", "config", "validate", "--read-secrets"))

    assert told["valid"]
    assert told["settings"]["data_dir"]["written"] == "--data-dir"
    assert told["settings"]["read_secrets"]["value"] is True
    assert "stores" not in told
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("tools", ["", "memory"])
def test_validate_asks_the_stores_that_are_there(
    capsys: pytest.CaptureFixture[str], here: Path, monkeypatch: pytest.MonkeyPatch, tools: str
) -> None:
    from ltmc_server.stores.sqlite.database import Database

    with Database.open(here / "data" / "ltmc.db"):
        pass

    monkeypatch.setenv("LTMC_TOOLS", tools)

    told = json.loads(said(capsys, "config", "validate", "--data-dir", "data"))

    assert told["stores"]["sqlite"]["reachable"]
    assert told["settings"]["tools"]["source"] == "environment"


def test_validate_of_settings_that_can_not_be_used_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = json.loads(said(capsys, "config", "validate", "--log-level", "LOUD", status=1))

    assert not told["valid"]
    assert told["problems"] == [
        "--log-level: Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."
    ]


def test_schema_and_export_are_what_the_actions_return(
    capsys: pytest.CaptureFixture[str],
) -> None:
    schema = json.loads(said(capsys, "config", "schema"))
    toml = said(capsys, "config", "export", "--durability", "normal")
    env = said(capsys, "config", "export", "--format", "env", "--no-read-secrets")

    assert set(schema["properties"]) == set(Settings.model_fields)
    assert tomllib.loads(toml)["durability"] == "normal"
    assert "# LTMC_READ_SECRETS=false" in env


def test_export_of_settings_that_can_not_be_used_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["config", "export", "--busy-timeout-s", "soon"]) == 2

    assert capsys.readouterr().err.startswith("ltmc: --busy-timeout-s: Input should be")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--data-dri", "x"], "there is no '--data-dri'; did you mean --data-dir?"),
        (["config", "export", "--frmat=env"], "there is no '--frmat'; did you mean --format?"),
        (["serv"], "invalid choice: 'serv'"),
        (["--data-dir"], "expected one argument"),
        (["config"], "required: question"),
        (["--data", "x"], "there is no '--data'"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


def test_every_setting_but_secrets_is_a_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])

    told = capsys.readouterr().out
    lacking = [name for name in Settings.model_fields if f"--{name.replace('_', '-')}" not in told]
    # A list of processes shows the flags of all of them.
    secret = [
        name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)
    ]
    assert lacking == secret
