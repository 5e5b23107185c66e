"""Where something is: grep, find, fuzzy_select."""

import time
from pathlib import Path

import pytest

from ltmc_server.errors import InvalidArguments, NoSuchPath
from ltmc_server.tools.unix import UnixTool
from tests.workspace.places import CANARY, make_traps

pytestmark = pytest.mark.anyio


async def test_grep_finds_lines_in_files_below_a_folder(unix: UnixTool) -> None:
    found = await unix.grep(pattern=r"t(wo|ea)")

    assert [(one["file"], one["line_number"], one["content"]) for one in found.items] == [
        ("a.txt", 2, "two"),
        ("data.json", 1, '{"tea": [{"name": "assam"}, {"name": null}]}'),
        ("sub/brew.py", 5, "    async def brew(self, tea: str) -> str:"),
        ("sub/brew.py", 6, "        return steep(tea)"),
    ]


async def test_grep_of_one_file_shows_lines_around(unix: UnixTool) -> None:
    found = await unix.grep(pattern="TWO", path="a.txt", ignore_case=True, context=1)

    assert found.items == [
        {
            "file": "a.txt",
            "line_number": 2,
            "content": "two",
            "before": ["one"],
            "after": ["three"],
        }
    ]


async def test_grep_pages_and_counts_all(unix: UnixTool) -> None:
    first = await unix.grep(pattern="e", limit=2)
    second = await unix.grep(pattern="e", limit=100, offset=2)

    assert first.total == second.total == first.returned + second.returned
    assert first.has_more


async def test_grep_narrows_by_glob(unix: UnixTool) -> None:
    assert {one["file"] for one in (await unix.grep(pattern=".", glob="*.{py,rs}")).items} == {
        "sub/brew.py"
    }
    assert (await unix.grep(pattern=".", path="sub", glob="*.py")).total == 4


@pytest.mark.parametrize(
    ("pattern", "lines"),
    [("^two$", [2]), (r"\Atwo\z", [2]), (r"\Aone", [1]), ("e$", [1, 3]), ("(?i)^T", [2, 3])],
)
async def test_a_pattern_is_held_against_each_line(
    unix: UnixTool, root: Path, pattern: str, lines: list[int]
) -> None:
    (root / "a.txt").write_bytes(b"one\r\ntwo\r\nthree\r\n")

    found = await unix.grep(pattern=pattern, path="a.txt")

    assert [one["line_number"] for one in found.items] == lines


async def test_grep_shows_the_part_of_a_long_line_that_matches(unix: UnixTool, root: Path) -> None:
    (root / "long.txt").write_text("é" * 5_000 + "needle" + "x" * 5_000, encoding="utf-8")

    [one] = (await unix.grep(pattern="needle", path="long.txt")).items

    assert "needle" in one["content"]
    assert (len(one["content"]), one["from_char"], one["cut"]) == (400, 4_900, True)


async def test_grep_says_which_files_it_did_not_read(unix: UnixTool, root: Path) -> None:
    make_traps(root)
    (root / "tea.bin").write_bytes(b"TOKEN\0")

    found = await unix.grep(pattern=f"TOKEN|{CANARY}", all=True)

    assert found.items == []
    assert found.skipped == {"secret": 1, "binary": 1}


async def test_grep_is_not_slowed_down_by_a_pattern(unix: UnixTool, root: Path) -> None:
    (root / "aaa.txt").write_text(("a" * 3_000 + "!\n") * 100, encoding="utf-8")
    began = time.process_time()

    assert (await unix.grep(pattern="(a+)+$", path="aaa.txt")).total == 0
    assert time.process_time() - began < 2


async def test_grep_refuses_what_is_no_pattern_and_says_what_to_do(unix: UnixTool) -> None:
    with pytest.raises(InvalidArguments, match="missing") as caught:
        await unix.grep(pattern="(")

    assert "no lookaround" in str(caught.value.hint)


async def test_grep_does_not_read_options_out_of_a_pattern(unix: UnixTool) -> None:
    assert (await unix.grep(pattern="--pre=cat")).total == 0


async def test_find_by_glob_part_type_and_extension(unix: UnixTool) -> None:
    async def paths(**arguments: object) -> list[str]:
        found = await unix.run("find", arguments)
        return [one["path"] for one in found.items]  # type: ignore[attr-defined]

    assert await paths(pattern="*.py") == ["sub/brew.py"]
    assert await paths(pattern="BREW") == ["sub/brew.py"]
    assert await paths(pattern="sub/*") == ["sub/brew.py"]
    assert await paths(pattern="*", type_filter="d") == ["sub"]
    assert await paths(pattern="*", type="file", extension="txt") == ["a.txt", "b.txt"]
    assert await paths(pattern="*.py", max_depth=1) == []
    assert await paths(pattern=".env", all=True) == [".env"]


async def test_find_below_what_is_not_there_is_refused(unix: UnixTool) -> None:
    with pytest.raises(NoSuchPath):
        await unix.find(pattern="*", path="nowhere")


async def test_find_refuses_what_is_no_glob(unix: UnixTool) -> None:
    with pytest.raises(InvalidArguments, match="pattern"):
        await unix.find(pattern="[z-a]")


async def test_fuzzy_select_takes_the_best_or_ranks_all(unix: UnixTool) -> None:
    teas = ["green tea", "coffee", "earl gray tea"]

    best = await unix.fuzzy_select(input_list=teas, query="earl grey")
    all_of_them = await unix.fuzzy_select(input_list=teas, query="tea", multi_select=True)

    assert [one["value"] for one in best.items] == ["earl gray tea"]
    assert {one["value"] for one in all_of_them.items} == {"green tea", "earl gray tea"}
    assert all(0 <= one["score"] <= 1 for one in all_of_them.items)


async def test_fuzzy_select_without_a_query_keeps_the_order(unix: UnixTool) -> None:
    found = await unix.fuzzy_select(input_list=["b", "a"], multi_select=True)

    assert [one["value"] for one in found.items] == ["b", "a"]


async def test_fuzzy_select_refuses_a_list_that_is_too_long(unix: UnixTool) -> None:
    with pytest.raises(InvalidArguments, match="input_list"):
        await unix.run("fuzzy_select", {"input_list": ["x"] * 10_001})
