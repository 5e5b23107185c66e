"""Results and a site that must not be published."""

import json
from pathlib import Path

import pytest

from tests.tracker.files import results, timed
from tests.tracker.toy import ROOT
from tracker.doctor import keeping
from tracker.doctor.model import State

KEY = "ghp_" + "0123456789abcdefghijABCDEFGHIJ"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a folder with one result, and a site that shows it."""
    (tmp_path / "asv.conf.json").write_bytes((ROOT / "asv.conf.json").read_bytes())
    write(tmp_path / "results/reference/00000000-a.json", results(timed(number=10, repeat=8)))
    write(tmp_path / "html/index.json", {"revision_to_hash": {"1": "0" * 40}})
    return tmp_path


def write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), "utf-8")


def test_what_is_well_is_well(root: Path) -> None:
    for check in (keeping.results_sound, keeping.results_small, keeping.site):
        assert check(root).state is State.OK, check(root)


def test_nothing_yet_is_not_called_well(tmp_path: Path) -> None:
    assert keeping.results_sound(tmp_path).state is State.UNKNOWN
    assert keeping.site(tmp_path).state is State.UNKNOWN


def test_a_key_in_the_results_is_found(root: Path) -> None:
    content = results(timed(10, 8), env_vars={"TOKEN": KEY})
    write(root / "results/reference/00000000-a.json", content)

    assert keeping.results_sound(root).state is State.FAIL
    assert "what looks like a key" in keeping.results_sound(root).text


@pytest.mark.parametrize("said", [KEY, f"/{'home'}/someone/ltmc", "someone@example.org"])
def test_what_the_site_should_not_tell_is_found(root: Path, said: str) -> None:
    (root / "html/run.html").write_text(f"<p>{said}</p><p> {said} </p>", "utf-8")

    assert keeping.site(root).state is State.FAIL
    assert "run.html has" in keeping.site(root).text


def test_a_site_that_is_older_than_the_results_is_found(root: Path) -> None:
    write(root / "html/index.json", {"revision_to_hash": {}})

    assert keeping.site(root).state is State.WARN
    assert "00000000" in keeping.site(root).text


def test_too_much_is_found(root: Path) -> None:
    (root / "html/pixel.bin").write_bytes(b"")
    with (root / "html/pixel.bin").open("r+b") as file:
        file.truncate(keeping.HTML_MAX_BYTES + 1)
    with (root / "results/samples.bin").open("wb") as file:
        file.truncate(keeping.RESULTS_MAX_BYTES + 1)

    assert keeping.site(root).state is State.WARN
    assert keeping.results_small(root).state is State.WARN


def test_a_machine_that_is_described_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert keeping.machines(tmp_path).state is State.OK

    write(tmp_path / ".asv-machine.json", {"mine": {"machine": "mine", "cpu": "fast"}})
    assert keeping.machines(tmp_path).state is State.WARN
    assert "mine has cpu" in keeping.machines(tmp_path).text

    (tmp_path / ".asv-machine.json").write_text("{", "utf-8")
    assert keeping.machines(tmp_path).state is State.FAIL
