"""A slow-down that its author owns up to, in the message of the commit."""

from pathlib import Path

import pytest

from tests.tracker.toy import Toy
from tracker.comparing.acceptance import Acceptance, accepting, parse, parse_log, read, unused


@pytest.mark.parametrize("text", ["", " ", "tools.todo.*", "tools.todo.*  \n "])
def test_without_a_reason_nothing_is_accepted(text: str) -> None:
    assert parse(text) is None


def test_what_breaks_its_line_is_one_reason() -> None:
    assert parse(" tools.todo.* lists are\n  sorted now ", "c0") == Acceptance(
        "tools.todo.*", "lists are sorted now", "c0"
    )


def test_a_pattern_covers_benchmarks_and_a_name_one_case() -> None:
    todo = Acceptance("tools.todo.*", "r")
    one = Acceptance("recall.time_find(10, 'a')", "r")

    assert todo.covers("tools.todo.At500.time_list")
    assert not todo.covers("tools.memory.time_list")
    assert one.covers("recall.time_find", "recall.time_find(10, 'a')")
    assert not one.covers("recall.time_find", "recall.time_find(20, 'a')")
    assert accepting([one, todo], "tools.todo.x", "tools.todo.x(1)") is todo
    assert unused([todo, one], ["tools.todo.x"]) == [one]


def test_trailers_without_a_reason_are_reported() -> None:
    accepted, refused = parse_log("c1\x1fa.* why\x1fb.*\nc2\x1f\n")

    assert accepted == (Acceptance("a.*", "why", "c1"),)
    assert len(refused) == 1
    assert "`Accept-slower: b.*` gives no reason" in refused[0]


def test_the_messages_between_two_commits_are_read(tmp_path: Path) -> None:
    toy = Toy.begin(tmp_path)
    base = toy.commit("begin\n\nAccept-slower: early.* before base", 1)
    head = toy.commit(
        "sort the list\n\nIt was asked for.\n\nAccept-slower: speed.* sorting\n takes its time", 2
    )

    accepted, refused = read(toy.root, base, head)

    assert accepted == (Acceptance("speed.*", "sorting takes its time", head),)
    assert refused == ()
