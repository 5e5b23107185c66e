"""The `locked` environment, as the toy left it."""

import json
from pathlib import Path

import pytest

from tests.tracker.toy import LOCKED, SLOW, Toy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def packages(tracked: Toy) -> Path:
    """Return the site-packages of the one environment there is."""
    (folder,) = (tracked.root / ".asv" / "env").glob("*/lib/python*/site-packages")
    return folder


def test_it_holds_what_the_lock_says_and_the_project(packages: Path) -> None:
    installed = {folder.name.split("-")[0] for folder in packages.glob("*.dist-info")}

    assert installed == {name.replace("-", "_") for name in LOCKED} | {"toy"}


def test_everything_in_it_is_compiled(packages: Path) -> None:
    """Also where PYTHONDONTWRITEBYTECODE is set: cold starts would measure the compiler."""
    sources = {s for name in ("toy", "asv_runner") for s in packages.glob(f"{name}/**/*.py")}

    compiled = {c.name.split(".")[0] for c in packages.glob("**/__pycache__/*.pyc")}

    assert sources
    assert {source.stem for source in sources} <= compiled


def test_the_newest_code_is_the_last_installed(tracked: Toy, packages: Path) -> None:
    """Commits share a version, so a cached wheel of another would go unnoticed."""
    status = json.loads((packages.parents[2] / "asv-install-status.json").read_text("utf-8"))
    installed = (packages / "toy/__init__.py").read_text("utf-8")

    committed = tracked.git("show", f"{status['commit_hash']}:toy/__init__.py")
    assert installed.strip() == committed


def test_threads_and_the_hash_seed_are_pinned(tracked: Toy) -> None:
    """OpenMP threads alone change a figure a hundredfold."""
    file = next((tracked.root / "results/local").glob("*-locked-*.json"))

    assert json.loads(file.read_text("utf-8"))["env_vars"] == {
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }


@pytest.mark.timeout(180)
def test_the_stock_environment_works_too(tracked: Toy, tmp_path: Path) -> None:
    """`asv run -E virtualenv`: pip installs the same lock, with its hashes."""
    toy = tracked.copy(tmp_path)

    run = toy.asv("run", "-E", "virtualenv", "--machine", "local", "HEAD^!")

    assert "Benchmarking virtualenv-py3" in run
    assert str(SLOW) in run
