"""The benchmarks are whole: every action has one, each says what it asks, and each runs."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.in_process import Server, filled_folder
from benchmarks.tools import letta

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "benchmarks").rglob("*.py")
    if path.stem != "__init__"
)
KINDS = ("time_", "track_", "peakmem_")


def classes() -> Iterator[tuple[str, type]]:
    for module in MODULES:
        for name, found in inspect.getmembers(importlib.import_module(module), inspect.isclass):
            # What begins with `_` is a base, and no benchmark to asv.
            if found.__module__ == module and measures(found) and not name.startswith("_"):
                yield f"{module}.{name}", found


def measures(found: type) -> dict[str, Callable[..., Any]]:
    return {name: getattr(found, name) for name in dir(found) if name.startswith(KINDS)}


CLASSES = dict(classes())
ON_TOOLS = {name: found for name, found in CLASSES.items() if ".tools." in name}


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_says_what_it_asks_and_has_a_version(name: str) -> None:
    said = inspect.getdoc(CLASSES[name]) or ""

    assert [word for word in ("Asks:", "Unit:", "Noise:") if word not in said] == []
    # Without it asv takes a hash of the source, and a changed comment ends the history.
    assert "version" in vars(CLASSES[name])


@pytest.mark.parametrize("name", CLASSES)
def test_what_is_tracked_has_a_unit_and_a_better_side(name: str) -> None:
    tracked = [m for key, m in measures(CLASSES[name]).items() if key.startswith("track_")]

    assert all(hasattr(method, "unit") for method in tracked)
    assert all(hasattr(method, "less_is_better") for method in tracked)


def test_every_action_has_a_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody listens there; the tools are published nevertheless.
    monkeypatch.setenv("LTMC_LETTA_BASE_URL", "http://127.0.0.1:9")
    with Server(tmp_path) as server:
        actions = {
            (tool.name, action)
            for tool in server.dispatcher.tools.values()
            for action in tool.actions
        }
    benchmarked = {
        (found.tool, key.removeprefix("time_"))  # type: ignore[attr-defined]
        for found in ON_TOOLS.values()
        for key in measures(found)
    }

    assert benchmarked == actions


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("benchmarks"))
        # Few, but enough that every name a benchmark asks for is there.
        yield filled_folder(20, todos=5, messages=20, conversations=20, links=50, blueprints=5)
        letta.kept.close()


@pytest.mark.parametrize("name", ON_TOOLS)
def test_each_benchmark_of_an_action_runs(
    name: str, folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for method in measures(ON_TOOLS[name]):
        case = ON_TOOLS[name]()
        case.setup(folder)
        getattr(case, method)(folder)
