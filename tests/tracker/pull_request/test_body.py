"""A stranger's text under the bot's name: what it may not do."""

import pytest
from hypothesis import given, strategies as st

from tracker.pull_request.body import CLIPPED, FOLDS_MAX, MARKER, clipped, comment_body, harmless


def test_a_report_of_ours_is_shown_as_it_is() -> None:
    report = (
        "**1 slower, 2 same**\n\n| | before | after |\n|---|--:|--:|\n| `a.b` | 10 ms | 12 ms |\n"
        "<details><summary>the rest</summary>\n\n```\nx\n```\n\n</details>"
    )

    assert harmless(report) == report


def test_marks_that_nobody_sees_are_left_out() -> None:
    assert harmless("<!-- a mark\nof two lines -->\n## slower, < 3 %") == "## slower, < 3 %"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("hello @octocat and @org/team", "@o"),
        ("![tracked](x.png)", "!["),
        ("<img src=x onerror=y>", "<img"),
        ("<details onclick=x>", "<details onclick"),
        ("<script\n>", "<script"),
        ("<a href='x'>", "<a"),
        ("[click](https://evil.example)", "https:"),
        ("HTTP://evil.example", "HTTP:"),
        ("www.evil.example", "www."),
        (f"{MARKER} I am the first", "<!--"),
        ("fast\u202efil", "\u202e"),
        ("\x1b[31m", "\x1b"),
    ],
)
def test_what_can_act_is_disarmed(text: str, gone: str) -> None:
    assert gone not in harmless(text)


def test_a_long_report_is_cut_between_lines_and_closed() -> None:
    report = "<details>\n\n```\n" + "line\n" * 100

    short = clipped(report, 100)

    assert short.endswith(f"line\n```\n</details>\n\n{CLIPPED}")


@given(st.text(alphabet="<>`~@!\n dets/[]ailw.", max_size=400), st.integers(1, 300))
def test_the_end_of_the_comment_is_never_swallowed(report: str, length_max: int) -> None:
    text = clipped(harmless(report), length_max)

    assert text.count("</details>") >= text.count("<details>")
    assert len(text) <= length_max + len(CLIPPED) + 23 + 11 * FOLDS_MAX


@given(st.text(max_size=300))
def test_the_frame_is_ours(report: str) -> None:
    body = comment_body(report, "a" * 40)

    assert body.startswith(f"{MARKER}\n")
    assert body.count(MARKER) == 1
    assert "Of aaaaaaaa" in body.splitlines()[-1]


@pytest.mark.parametrize("text", ["<details>", "`", "<", "@", "https:", "x\n"])
def test_the_longest_comment_fits(text: str) -> None:
    assert len(comment_body(text * 50_000, "a" * 40)) < 65_536
