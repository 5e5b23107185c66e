"""Which source wins, what each may say, and how what is wrong is named."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ltmc_server.configuration.describing import report
from ltmc_server.configuration.reading import Sources, given_in_code
from ltmc_server.errors import InvalidSettings
from ltmc_server.settings import Settings
from tests.configuration.samples import CANARY, Sample


@pytest.fixture
def user_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the user's file may be put; there is none yet, nor any variable."""
    for name in [name for name in os.environ if name.startswith(("LTMC_", "SAMPLE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "ltmc").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "config" / "ltmc" / "ltmc.toml"


@pytest.fixture
def workspace_file(user_file: Path) -> Path:
    return Path.cwd() / "ltmc.toml"


def refused(sources: Sources | None = None) -> str:
    """Return what is said of settings that must be refused."""
    with pytest.raises(InvalidSettings) as caught:
        (sources or Sources()).settings()
    return "\n".join(caught.value.problems)


def test_flags_come_before_variables_before_files_before_defaults(
    user_file: Path, workspace_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_force(**flags: str) -> tuple[object, str]:
        reading = Sources(flags).read(Sample)
        assert reading.problems == []
        return reading.values.get("size"), reading.sources.get("size", "default")

    assert in_force() == (None, "default")
    user_file.write_text("size = 1")
    assert in_force() == (1, "file")
    workspace_file.write_text("size = 2")
    assert in_force() == (2, "file")
    monkeypatch.setenv("SAMPLE_SIZE", "3")
    assert in_force() == ("3", "environment")
    assert in_force(size="4") == ("4", "flag")


def test_the_command_reads_everything(
    user_file: Path, workspace_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file.write_text('data_dir = "/mine"\nworkspace_roots = ["."]\nread_secrets = true')
    workspace_file.write_text('log_level = "INFO"')
    monkeypatch.setenv("LTMC_DURABILITY", "normal")

    settings = Sources({"response_bytes_max": "3000"}).settings()

    assert settings.data_dir == Path("/mine")
    assert settings.workspace() == (Path.cwd(),)
    assert settings.read_secrets
    assert settings.log_level == "INFO"
    assert settings.durability == "normal"
    assert settings.response_bytes_max == 3000


def test_code_reads_no_file(user_file: Path, workspace_file: Path) -> None:
    user_file.write_text('project_id = "of the user"')
    workspace_file.write_text('log_level = "INFO"')

    settings = Settings(data_dir=Path("/x"))

    assert (settings.project_id, settings.log_level) == ("", "WARNING")
    assert dict(given_in_code(settings).sources) == {"data_dir": "code"}


@pytest.mark.parametrize(
    "name", sorted(set(Settings.model_fields) - {"log_level", "response_bytes_max"})
)
def test_a_strangers_workspace_does_not_choose(
    name: str, user_file: Path, workspace_file: Path
) -> None:
    """A new setting is refused here until somebody says that it is harmless."""
    workspace_file.write_text(f'{name} = "1"')

    assert refused() == (
        f"{workspace_file}: {name}: is not taken from a file of the workspace, which may be a "
        f"stranger's. Set LTMC_{name.upper()}, or say it in {user_file}."
    )


def test_the_file_of_the_workspace_is_in_its_first_folder(
    user_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "ltmc.toml").write_text('log_level = "INFO"')

    assert Sources().settings().log_level == "WARNING"
    monkeypatch.setenv("LTMC_WORKSPACE_ROOTS", str(tmp_path / "there"))
    assert Sources().settings().log_level == "INFO"


def test_an_unknown_name_is_an_error_with_a_suggestion(
    user_file: Path, workspace_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file.write_text("data-dir = 1\n[colour]\nurl = 1")
    workspace_file.write_text('log_levl = 1\n"\\u001b[2J" = 1')
    monkeypatch.setenv("LTMC_DURABILTY", "full")

    no, meant = "there is no such setting.", "Did you mean"
    assert refused(Sources({"read_secret": "1"})).splitlines() == [
        f"--read-secret: {no} {meant} --read-secrets?",
        f"LTMC_DURABILTY: {no} {meant} LTMC_DURABILITY?",
        f"{workspace_file}: log_levl: {no} {meant} {workspace_file}: log_level?",
        f"{workspace_file}: \\x1b[2J: {no}",
        f"{user_file}: data-dir: {no} {meant} {user_file}: data_dir?",
        f"{user_file}: colour: {no}",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"size =", "is no TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"#" * 100_001, "is longer than 100000 bytes"),
        (b"x = " + b"[" * 50_000, "nested|no TOML"),
        (b"response_bytes_max = 1", "greater than or equal to 2000"),
        (b'log_level = "LOUD"', "log_level: Input should be"),
        (b"log_level = 2026-01-01", "log_level: Input should be"),
    ],
    ids=lambda each: repr(each)[:30],
)
@pytest.mark.parametrize("whose", ["user", "workspace"])
def test_a_file_that_can_not_be_used_is_named(
    content: bytes, said: str, whose: str, user_file: Path, workspace_file: Path
) -> None:
    file = user_file if whose == "user" else workspace_file
    file.write_bytes(content)

    problem = refused()

    assert problem.startswith(f"{file}: ")
    assert [each for each in said.split("|") if each in problem]


def test_the_file_of_a_workspace_is_opened_as_its_files_are(
    user_file: Path, workspace_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside.toml").write_text(f"{CANARY} = 1")
    makers: tuple[Callable[[], None], ...] = (
        lambda: workspace_file.symlink_to(tmp_path / "outside.toml"),
        lambda: workspace_file.symlink_to("/dev/zero"),
        lambda: os.mkfifo(workspace_file),
        workspace_file.mkdir,
    )
    for make in makers:
        make()
        problem = refused()
        assert problem.startswith(f"{workspace_file}: ")
        assert CANARY not in problem
        workspace_file.rmdir() if workspace_file.is_dir() else workspace_file.unlink()


def test_a_folder_in_place_of_the_users_file_is_named(user_file: Path) -> None:
    user_file.mkdir()

    assert refused() == f"{user_file}: can not be read: Is a directory."


def test_what_is_wrong_is_named_as_it_was_written_and_secrets_are_not(
    user_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file.write_text("loud = 7")
    monkeypatch.setenv("SAMPLE_PASSWORD", CANARY)
    monkeypatch.setenv("SAMPLE_REDIS_URL", f"http://me:{CANARY}@host:port")

    told = report(Sample, Sources({"size": "many"}).read(Sample))

    assert not told["valid"]
    wrong = {name: each["written"] for name, each in told["settings"].items() if not each["valid"]}
    assert wrong == {
        "size": "--size",
        "loud": f"{user_file}: loud",
        "redis_url": "SAMPLE_REDIS_URL",
    }
    assert told["settings"]["size"]["value"] == "many"
    assert told["settings"]["redis_url"]["value"] == "http://me:***@host:port"
    assert told["settings"]["password"]["value"] == "***"
    assert CANARY not in str(told)


def test_a_list_that_is_no_json_is_named(user_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_WORDS", "[1")

    told = report(Sample, Sources().read(Sample))

    assert told["settings"]["words"]["why"].startswith("Expecting")
