"""docs/coverage.md is whole, and says what is so.

These tests run last: what the others have called is known by then. `UPDATE_TABLE=1` writes the
page anew.
"""

import ast
import os
from functools import cache
from pathlib import Path

import pytest

from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.coverage_table import PAGE, ROOT, Row, benchmarks, read, written
from tests.recording import RECORDER, ActionName, Outcome

pytestmark = pytest.mark.anyio


@pytest.fixture
async def actions(tmp_path: Path) -> list[ActionName]:
    settings = Settings(data_dir=tmp_path, letta_base_url="http://127.0.0.1:9")
    async with open_dispatcher(settings) as dispatcher:
        return [
            (tool.name, action) for tool in dispatcher.tools.values() for action in tool.actions
        ]


@pytest.fixture
def rows(actions: list[ActionName], request: pytest.FixtureRequest) -> list[Row]:
    if os.environ.get("UPDATE_TABLE"):
        recorder, known = request.config.stash[RECORDER], benchmarks()
        PAGE.write_text(written(Row.of(each, recorder, known) for each in actions), "utf-8")
    return read(PAGE.read_text("utf-8"))


@cache
def functions(file: str) -> set[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8") if path.is_file() else "")
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


async def test_every_action_has_two_tests_and_a_benchmark(
    actions: list[ActionName], rows: list[Row]
) -> None:
    missing = [row for row in rows if not (row.succeeds and row.fails and row.benchmark)]

    assert [row.action for row in rows] == actions, "`./just table` writes the page anew"
    assert missing == [], "write what is missing, then `./just table`"


async def test_the_tests_and_benchmarks_of_the_page_are_there(rows: list[Row]) -> None:
    known = benchmarks()
    gone = [
        test
        for row in rows
        for test in (row.succeeds, row.fails)
        if test.partition("::")[2] not in functions(test.partition("::")[0])
    ]

    assert gone == [], "`./just table` writes the page anew"
    assert [row.benchmark for row in rows] == [known.get(row.action) for row in rows]


async def test_the_tests_of_the_page_do_what_it_says(
    rows: list[Row], request: pytest.FixtureRequest
) -> None:
    """Hold the page against what was called in this run, as far as its tests ran."""
    calls = request.config.stash[RECORDER].calls
    outcomes: tuple[Outcome, ...] = ("succeeds", "fails")
    wrong = [
        (row.action, outcome, test)
        for row in rows
        for outcome, test in zip(outcomes, (row.succeeds, row.fails), strict=True)
        if test in calls and (row.action, outcome) not in calls[test]
    ]

    assert wrong == [], "`./just table` writes the page anew"
