"""Some lines of a file, whatever its size."""

import os
import time
from pathlib import Path
from typing import TypedDict, Unpack

import pytest
from hypothesis import HealthCheck, given, settings, strategies as some

from ltmc_server.errors import BoundExceeded, Unreadable
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.deadlines import Deadline
from ltmc_server.workspace.reading import Part, Window, blocks_of_lines, whole_text, window


class Wanted(TypedDict, total=False):
    """What a test may say of the lines it wants."""

    skip: int
    count: int
    from_char: int


def lines(
    root: Path, *, chars_max: int = 1_000, seconds: float = 5, **wanted: Unpack[Wanted]
) -> Window:
    part = Part(**(Wanted(count=100) | wanted))
    with Workspace.of((root,)).file("a.txt") as file:
        return window(file, part, chars_max, Deadline(seconds))


def test_a_window_says_where_it_goes_on(root: Path) -> None:
    first = lines(root, count=2)
    rest = lines(root, skip=2)

    assert (first.lines, first.next_line, first.lines_total) == (("one", "two"), 2, None)
    assert (rest.lines, rest.next_line, rest.lines_total) == (("three",), None, 3)


def test_a_window_behind_the_end_is_empty_and_knows_how_many_there_are(root: Path) -> None:
    found = lines(root, skip=50)

    assert (found.lines, found.next_line, found.lines_total) == ((), None, 3)


def test_a_line_that_is_too_long_is_cut_and_read_on_by_characters(root: Path) -> None:
    (root / "a.txt").write_text("é" * 2_500 + "\nend", encoding="utf-8")

    first = lines(root)
    second = lines(root, from_char=first.next_char or 0)
    third = lines(root, from_char=second.next_char or 0)

    assert (first.next_line, first.next_char, second.next_char) == (0, 1_000, 2_000)
    assert "".join((*first.lines, *second.lines, *third.lines)) == "é" * 2_500 + "end"


def test_bytes_that_are_no_utf_8_are_said(root: Path) -> None:
    (root / "a.txt").write_bytes(b"th\xe9\r\n")

    assert lines(root) == Window(
        lines=("th\ufffd",),
        line_start=1,
        next_line=None,
        next_char=None,
        lines_total=1,
        bad_bytes=True,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=some.text(alphabet="ab\né", max_size=60),
    count=some.integers(1, 5),
    chars_max=some.integers(2, 20),
)
def test_the_windows_of_a_text_together_are_the_text(
    root: Path, text: str, count: int, chars_max: int
) -> None:
    (root / "a.txt").write_text(text, encoding="utf-8", newline="")

    made = ""
    at: tuple[int, int] | None = (0, 0)
    while at:
        one = lines(root, skip=at[0], from_char=at[1], count=count, chars_max=chars_max)
        made += "\n".join(one.lines) + ("\n" if one.next_char is None and one.lines else "")
        at = None if one.next_line is None else (one.next_line, one.next_char or 0)

    assert made == (text if text.endswith("\n") or not text else text + "\n")


def test_ten_gigabytes_cost_what_is_shown(root: Path) -> None:
    with (root / "a.txt").open("wb") as file:
        file.write(b"line\n" * 20_000)
        file.truncate(10 << 30)
    began = time.process_time()

    assert lines(root, count=2).lines == ("line", "line")
    with Workspace.of((root,)).file("a.txt") as big, pytest.raises(BoundExceeded):
        whole_text(big, 1_000)
    assert time.process_time() - began < 1


def test_a_line_behind_gigabytes_is_refused_in_time(root: Path) -> None:
    with (root / "a.txt").open("wb") as file:
        file.write(b"line\n" * 20_000)
        file.truncate(1 << 40)

    with pytest.raises(BoundExceeded, match="took too long"):
        lines(root, skip=30_000, seconds=0.1)


def test_characters_behind_gigabytes_are_refused_before_they_are_read(root: Path) -> None:
    with pytest.raises(BoundExceeded, match="from_char"):
        lines(root, from_char=10**12)


def test_a_binary_file_is_refused(root: Path) -> None:
    (root / "a.txt").write_bytes(b"PNG\0\0")

    with Workspace.of((root,)).file("a.txt") as file, pytest.raises(Unreadable, match="is binary"):
        whole_text(file, 100)


def test_no_file_is_read_past_the_size_it_had(root: Path) -> None:
    with Workspace.of((root,)).file("a.txt") as file:
        with (root / "a.txt").open("ab") as end:
            end.write(b"four\n")
            os.fsync(end.fileno())

        assert file.read(1_000) == b"one\ntwo\nthree\n"


def test_blocks_end_where_lines_end(root: Path) -> None:
    (root / "a.txt").write_bytes(b"".join(b"line %d\n" % number for number in range(100_000)))

    with Workspace.of((root,)).file("a.txt") as file:
        blocks = list(blocks_of_lines(file, 1 << 30))

    assert len(blocks) > 1
    assert all(
        block.startswith(b"line %d\n" % (first - 1)) and block.endswith(b"\n")
        for first, block in blocks
    )
