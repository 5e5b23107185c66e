"""The actions that say what a source holds."""

from pathlib import Path
from typing import Any

import pytest

from ltmc_server.dispatch import Dispatcher
from ltmc_server.errors import (
    InvalidArguments,
    NoSuchPath,
    OutsideWorkspace,
    Unreadable,
    UnreadableSource,
)
from ltmc_server.observability.metrics import Metrics
from ltmc_server.tools.pattern import PatternTool

pytestmark = pytest.mark.anyio

EXTRACTING = ("extract_functions", "extract_classes", "extract_comments")
READING = (*EXTRACTING, "summarize_code")
CODE = '''\
"""A shop."""
import os

class Shop(Base):
    goods: list[str] = []

    async def sell(self, what, *, count=1) -> bool:
        """Sell."""
        if what and count:  # TODO: prices
            return True
        return False
'''


async def test_functions_come_with_signature_lines_and_complexity(pattern: PatternTool) -> None:
    found = await pattern.extract_functions(source_code=CODE)

    [sell] = found["functions"]
    assert (found["language"], found["total"], found["has_more"]) == ("python", 1, False)
    assert (sell["qualified_name"], sell["line_start"], sell["line_end"]) == ("Shop.sell", 7, 11)
    assert [one["name"] for one in sell["parameters"]] == ["self", "what", "count"]
    assert (sell["parameters"][2]["kind"], sell["parameters"][2]["default"]) == (
        "keyword_only",
        "1",
    )
    assert (sell["returns"], sell["docstring"], sell["is_async"]) == ("bool", "Sell.", True)
    assert sell["complexity"] == 3


async def test_classes_come_with_bases_methods_and_attributes(pattern: PatternTool) -> None:
    found = await pattern.extract_classes(source_code=CODE)

    [shop] = found["classes"]
    assert (shop["name"], shop["bases"]) == ("Shop", ["Base"])
    assert [one["name"] for one in shop["methods"]] == ["sell"]
    assert shop["attributes"][0] == {
        "name": "goods",
        "line": 5,
        "kind": "class",
        "annotation": "list[str]",
        "default": "[]",
    }


async def test_comments_are_narrowed_by_kind(pattern: PatternTool) -> None:
    every = await pattern.extract_comments(source_code=CODE)
    todos: Any = await pattern.run(
        "extract_comments", {"source_code": CODE, "comment_types": '["todo"]'}
    )

    assert [one["kind"] for one in every["comments"]] == ["doc", "doc", "todo"]
    assert [(one["text"], one["line"]) for one in todos["comments"]] == [("TODO: prices", 9)]


async def test_a_summary_counts_and_rates(pattern: PatternTool) -> None:
    found = await pattern.summarize_code(source_code=CODE)

    counted = {name: found[name] for name in ("lines", "functions", "classes", "todos")}
    assert counted == {"lines": 11, "functions": 1, "classes": 1, "todos": 1}
    assert [one["module"] for one in found["imports"]] == ["os"]
    assert found["complexity"]["total"] == found["complexity"]["max"] == 3
    assert found["complexity"]["hardest"][0]["qualified_name"] == "Shop.sell"
    assert found["rating"] == "A"


async def test_a_summary_of_nothing_counts_nothing(pattern: PatternTool) -> None:
    found = await pattern.summarize_code(source_code="", language="go")

    assert (found["functions"], found["classes"], found["rating"]) == (0, 0, "A")
    assert (found["lines"], found["complexity"]["mean"]) == (1, 1.0)


@pytest.mark.parametrize(("most", "letter"), [(5, "A"), (6, "B"), (11, "C"), (41, "F")])
async def test_the_rating_is_radons(pattern: PatternTool, most: int, letter: str) -> None:
    code = "def f(a):\n" + "    if a: pass\n" * (most - 1)

    assert (await pattern.summarize_code(source_code=code))["rating"] == letter


async def test_a_file_is_read_in_its_language(pattern: PatternTool) -> None:
    found = await pattern.extract_functions(file_path="src/b.go")

    assert (found["language"], found["functions"][0]["name"]) == ("go", "G")


@pytest.mark.parametrize(
    "path",
    ["../secret.py", "src/link.py", "src/none.py", "src", "/etc/passwd", "a\0b", "/dev/zero"],
)
@pytest.mark.parametrize("action", READING)
async def test_only_files_of_the_workspace_are_read(
    pattern: PatternTool, action: str, path: str
) -> None:
    with pytest.raises((NoSuchPath, OutsideWorkspace, Unreadable)):
        await pattern.run(action, {"file_path": path})


@pytest.mark.parametrize("action", READING)
async def test_one_source_is_needed_and_no_more(pattern: PatternTool, action: str) -> None:
    for given in ({}, {"source_code": "x", "file_path": "src/a.py"}):
        with pytest.raises(InvalidArguments, match="source_code or file_path: give one"):
            await pattern.run(action, given)


@pytest.mark.parametrize("action", READING)
async def test_an_unknown_language_is_asked_for(pattern: PatternTool, action: str) -> None:
    with pytest.raises(UnreadableSource, match="language could not be told") as caught:
        await pattern.run(action, {"source_code": "hello, world"})

    assert caught.value.hint
    assert "python, javascript" in caught.value.hint


async def test_a_file_over_the_bound_is_refused(pattern: PatternTool, folder: Path) -> None:
    (folder / "long.py").write_text("#" * 1_000_001, "utf-8")

    with pytest.raises(UnreadableSource, match=r"long\.py has more than 1000000 bytes"):
        await pattern.summarize_code(file_path="long.py")


@pytest.mark.parametrize("action", READING)
async def test_broken_code_gives_what_it_can_and_says_where(
    pattern: PatternTool, action: str
) -> None:
    broken = "def f():\n    pass\n\nclass A(\n"

    found: Any = await pattern.run(action, {"source_code": broken, "language": "python"})

    assert found["errors"][0].line == 4


async def test_long_lists_come_in_pages_that_fit(pattern: PatternTool) -> None:
    code = "".join(f"def f{n}(a: int = {n}) -> str: return str(a)\n" for n in range(150))
    server = Dispatcher([pattern], metrics=Metrics(), response_bytes_max=4_000)
    names: list[str] = []
    offset: int | None = 0
    while offset is not None:
        asked = {"action": "extract_functions", "source_code": code, "offset": offset}
        reply = await server.call("pattern_action", asked)
        assert len(reply.text.encode()) <= 4_000
        names += [one["name"] for one in reply.payload["functions"]]
        offset = reply.payload.get("next")

    assert names == [f"f{n}" for n in range(150)]
