"""Results that must not be published, and ours, that may."""

import getpass
import json
import socket
from pathlib import Path

import pytest

from tests.tracker.files import results, timed
from tests.tracker.toy import ROOT
from tests.tracker.validation.made import content, row
from tracker.errors import ShallowClone
from tracker.history import History
from tracker.soundness import SIZE_MAX_BYTES, findings


def problems(folder: Path, content: object, name: str = "00000000-locked-py3.11.json") -> str:
    """Return what is found wrong with one file."""
    file = folder / "reference" / name
    file.parent.mkdir()
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return "\n".join(finding.problem for finding in findings(folder, None))


def test_good_results_are_sound(tmp_path: Path) -> None:
    assert problems(tmp_path, results(timed(number=10, repeat=8))) == ""


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (f"/{'home'}/someone/ltmc", "an absolute path"),
        ("C:\\Users\\someone", "an absolute path"),
        ("someone@example.org", "an address"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ", "what looks like a key"),
        ("q8Zx1Lm0Pw9Vt2Rb7Yc4Nd6Ks3Hf5Gj8Qa", "what looks like a key"),
    ],
)
def test_what_tells_too_much_is_found(tmp_path: Path, value: str, problem: str) -> None:
    content = results(timed(number=10, repeat=8), env_vars={"LTMC": value})

    assert problem in problems(tmp_path, content)


def test_the_names_of_this_host_and_user_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "deepthought")
    monkeypatch.setattr(getpass, "getuser", lambda: "slartibartfast")

    found = problems(tmp_path, results(timed(10, 8), env_name="deepthought-slartibartfast"))

    assert "'deepthought'" in found
    assert "'slartibartfast'" in found


def test_quick_results_are_found(tmp_path: Path) -> None:
    assert "--quick" in problems(tmp_path, results(timed(number=1, repeat=1)))


def test_torn_results_are_found(tmp_path: Path) -> None:
    assert "no JSON" in problems(tmp_path, '{"commit_hash": "00')


def test_a_described_machine_is_found(tmp_path: Path) -> None:
    content = {"machine": "reference", "cpu": "fast", "version": 1}

    assert "describes the machine (cpu)" in problems(tmp_path, content, "machine.json")


def test_a_large_file_is_found(tmp_path: Path) -> None:
    content = results(timed(10, 8), durations={"x" * SIZE_MAX_BYTES: 1.0})

    assert "round the samples" in problems(tmp_path, content)


def test_samples_of_letta_are_looked_at(tmp_path: Path) -> None:
    endpoint = row("health", "mcp_http", [], unavailable="404 at /v1/agents/{id}/memory")
    good = content(row("health", "sdk", [0.1]), endpoint)

    assert comparison(tmp_path / "good", good) == ""
    assert "not committed" in comparison(tmp_path / "changed", {**good, "is_clean": False})
    assert "is to be called abababab-real.json" in comparison(tmp_path / "name", good, "x.json")
    assert "no file of samples" in comparison(tmp_path / "bad", {**good, "format": 2})
    told = content(row("health", "sdk", [], unavailable=f"no /{'home'}/someone/ltmc"))
    assert "an absolute path" in comparison(tmp_path / "told", told)


def comparison(folder: Path, said: object, name: str = "abababab-real.json") -> str:
    """Return what is found wrong with samples of the comparison with Letta."""
    file = folder / "letta" / name
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(said), "utf-8")
    return "\n".join(finding.problem for finding in findings(folder, None))


def test_local_results_are_nobodys_business(tmp_path: Path) -> None:
    file = tmp_path / "local" / "torn.json"
    file.parent.mkdir()
    file.write_text("{", "utf-8")

    assert findings(tmp_path, None) == []


def test_the_results_of_this_repository_are_sound() -> None:
    try:
        history = History.around(ROOT)
    except ShallowClone:
        history = None

    assert findings(ROOT / "results", history) == []
