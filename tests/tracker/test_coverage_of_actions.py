"""Published actions, and which of them have a figure."""

import json
from pathlib import Path

from tests.tracker.rows import point
from tests.tracker.toy import ROOT
from tracker.coverage import PAGE, SCHEMAS, Coverage, actions, coverage, named


def test_actions_are_read_from_the_schemas(tmp_path: Path) -> None:
    one = {"properties": {"action": {"enum": ["store", "get"]}}}
    (tmp_path / "memory.json").write_text(json.dumps(one), "utf-8")
    (tmp_path / "letta.json").write_text(json.dumps({"letta_list": {}, "letta_get": {}}), "utf-8")
    (tmp_path / "torn.json").write_text("[", "utf-8")

    assert actions(tmp_path) == {"letta": ["list", "get"], "memory": ["store", "get"]}


def test_an_action_counts_when_its_benchmark_has_a_figure(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    rows = [f"| `memory_action {name}` | `a` | `b` | `tools.memory.At1k.time_{name}` |\n"
            for name in ("store", "get")]  # fmt: skip
    (tmp_path / PAGE).write_text("".join(rows), "utf-8")
    points = [point("a" * 40, 1.0, benchmark="tools.memory.At1k.time_store"),
              point("a" * 40, None, benchmark="tools.memory.At1k.time_get")]  # fmt: skip

    found = coverage({"memory": ["store", "get", "list"]}, named(tmp_path), points)

    assert found == [Coverage("memory", ("store",), ("get", "list"))]


def test_every_action_of_this_repository_is_on_the_page() -> None:
    published = {(tool, name) for tool, names in actions(ROOT / SCHEMAS).items() for name in names}

    assert published == named(ROOT).keys()


def test_without_the_files_there_is_nothing_to_cover(tmp_path: Path) -> None:
    assert coverage(actions(tmp_path), named(tmp_path), []) == []
