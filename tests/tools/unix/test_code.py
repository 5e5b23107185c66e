"""What a file says: jq, diff_highlight, parse_syntax, syntax_highlight, syntax_query."""

from pathlib import Path

import orjson
import pytest

from ltmc_server.errors import BoundExceeded, InvalidArguments, RequestError, Unreadable
from ltmc_server.tools.unix import UnixTool

pytestmark = pytest.mark.anyio


async def test_jq_gives_a_line_a_value(unix: UnixTool) -> None:
    found = await unix.jq(query=".tea[].name", file_path="data.json")

    assert (found["output"], found["returned"], found["has_more"]) == ('"assam"\nnull', 2, False)


async def test_jq_takes_json_and_gives_texts_raw(unix: UnixTool) -> None:
    found = await unix.jq(query=".[]", json_input='["a","b","c"]', raw_output=True, limit=2)

    assert (found["output"], found["has_more"], found["next"]) == ("a\nb", True, 2)


async def test_jq_goes_on_where_the_response_was_full(unix: UnixTool) -> None:
    text = orjson.dumps(['"' * 900] * 30).decode()

    first = await unix.jq(query=".[]", json_input=text)
    second = await unix.jq(query=".[]", json_input=text, offset=first["next"])

    assert 0 < first["returned"] < 30
    assert len(orjson.dumps(first)) < 15_000
    assert second["returned"] > 0


async def test_jq_cuts_a_value_that_is_too_long_and_says_so(unix: UnixTool) -> None:
    found = await unix.jq(json_input=orjson.dumps("x" * 50_000).decode())

    assert found["cut"]
    assert len(orjson.dumps(found)) < 15_000


@pytest.mark.parametrize("query", [".[", "error", "nonsense", '"a" | tonumber'])
async def test_jq_says_what_is_wrong_with_a_query(unix: UnixTool, query: str) -> None:
    with pytest.raises(RequestError, match=r"The query can not be run: ."):
        await unix.jq(query=query, json_input="{}")


@pytest.mark.parametrize("action", ["jq", "parse_syntax", "syntax_highlight"])
async def test_one_source_has_to_be_given(unix: UnixTool, action: str) -> None:
    other = {"jq": "json_input"}.get(action, "content")

    for arguments in ({}, {"file_path": "a.txt", other: "x"}):
        with pytest.raises(InvalidArguments, match=f"file_path or {other}: give one"):
            await unix.run(action, arguments)


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("cat", {"file_path": ".env"}),
        ("jq", {"file_path": ".env"}),
        ("parse_syntax", {"file_path": ".env"}),
        ("syntax_highlight", {"file_path": ".env"}),
        ("syntax_query", {"file_path": ".env"}),
        ("diff_highlight", {"file1": ".env", "file2": "a.txt"}),
        ("diff_highlight", {"file1": "a.txt", "file2": ".env"}),
        ("grep", {"path": ".env", "pattern": "."}),
    ],
)
async def test_no_action_reads_secrets(
    unix: UnixTool, action: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(Unreadable, match="secrets"):
        await unix.run(action, arguments)


async def test_diff_highlight_is_a_unified_diff(unix: UnixTool) -> None:
    found = await unix.diff_highlight(file1="a.txt", file2="b.txt", context=0)

    assert isinstance(found, dict)
    assert found["diff_output"].splitlines() == [
        "--- a.txt",
        "+++ b.txt",
        "@@ -2 +2 @@",
        "-two",
        "+2",
        "@@ -3,0 +4 @@",
        "+four",
    ]
    assert (found["changes_detected"], found["lines_added"], found["lines_removed"]) == (True, 2, 1)


async def test_diff_highlight_side_by_side_has_rows(unix: UnixTool) -> None:
    found = await unix.diff_highlight(file1="a.txt", file2="b.txt", side_by_side=True, context=0)

    assert not isinstance(found, dict)
    assert found.items == [
        {"kind": "changed", "line1": 2, "text1": "two", "line2": 2, "text2": "2"},
        {"kind": "added", "line2": 4, "text2": "four"},
    ]


async def test_files_that_are_equal_differ_in_nothing(unix: UnixTool) -> None:
    found = await unix.diff_highlight(file1="a.txt", file2="./a.txt")

    assert isinstance(found, dict)
    assert (found["changes_detected"], found["diff_output"]) == (False, "")


async def test_a_file_that_is_too_large_to_be_compared_is_refused(
    unix: UnixTool, root: Path
) -> None:
    (root / "big.txt").write_bytes(b"x\n" * 600_000)

    with pytest.raises(BoundExceeded, match="at most 1000000 are taken here"):
        await unix.diff_highlight(file1="a.txt", file2="big.txt")


async def test_parse_syntax_gives_the_tree_and_counts(unix: UnixTool) -> None:
    found = await unix.parse_syntax(file_path="sub/brew.py")

    assert found["detected_language"] == "python"
    assert found["elements"] == {"functions": 1, "classes": 1, "imports": 1, "calls": 1}
    assert found["tree"].startswith("module 1-6\n  import_statement 1\n")
    assert not found["has_errors"]


async def test_parse_syntax_says_where_code_is_wrong(unix: UnixTool) -> None:
    found = await unix.run("parse_syntax", {"source_code": "x = 1\ndef (:\n", "language": "python"})

    assert isinstance(found, dict)
    assert found["has_errors"]
    assert found["errors"][0]["line"] == 2


@pytest.mark.parametrize("arguments", [{}, {"language": "cobol"}])
async def test_a_language_that_is_not_parsed_is_refused_with_those_that_are(
    unix: UnixTool, arguments: dict[str, str]
) -> None:
    with pytest.raises(RequestError) as caught:
        await unix.parse_syntax(content="x", **arguments)  # type: ignore[arg-type]

    assert "python, javascript" in str(caught.value.hint)


async def test_syntax_highlight_colours_a_window_of_lines(unix: UnixTool) -> None:
    found = await unix.syntax_highlight(file_path="sub/brew.py", offset=3, limit=1)

    assert "\x1b[34mclass" in found["highlighted_content"]
    assert (found["line_start"], found["returned"], found["total"]) == (4, 1, 6)


async def test_syntax_highlight_writes_html(unix: UnixTool) -> None:
    found = await unix.syntax_highlight(content="a < b", language="python", format="html")

    assert found["highlighted_content"].startswith('<span class="n">a</span>')
    assert "&lt;" in found["highlighted_content"]


async def test_no_code_of_a_terminal_comes_out_of_a_file(unix: UnixTool) -> None:
    found = await unix.syntax_highlight(content="x = '\x1b]0;owned\x07'", language="python")

    assert "\x1b]" not in found["highlighted_content"]
    assert "\\x1b]" in found["highlighted_content"].replace("\x1b[39;49;00m\x1b[33m", "")


async def test_syntax_highlight_refuses_a_language_that_nobody_knows(unix: UnixTool) -> None:
    with pytest.raises(RequestError, match="No language is called 'klingon'"):
        await unix.syntax_highlight(content="x", language="klingon")


async def test_syntax_query_finds_what_regular_expressions_miss(unix: UnixTool) -> None:
    found = await unix.syntax_query(file_path="sub/brew.py")

    [one] = found.items
    assert (one["name"], one["line_start"], one["line_end"]) == ("brew", 5, 6)
    assert one["signature"] == "async def brew(self, tea: str) -> str:"


async def test_syntax_query_takes_a_query_of_ones_own(unix: UnixTool) -> None:
    found = await unix.syntax_query(
        file_path="sub/brew.py", query_type="(call function: (identifier) @called)"
    )

    assert [(one["capture"], one["signature"]) for one in found.items] == [("called", "steep")]


async def test_syntax_query_says_what_is_wrong_with_a_query(unix: UnixTool) -> None:
    with pytest.raises(RequestError, match="is not one that python understands"):
        await unix.syntax_query(file_path="sub/brew.py", query_type="(nonsense) @x")
