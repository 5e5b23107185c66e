"""What a version changed."""

from ltmc_server.retrieval.differences import LINES_MAX, difference


def test_changed_lines_stand_between_one_line_each_way() -> None:
    assert difference("a\nb\nc\nd\ne", "a\nb\nX\nd\ne") == "@@ -2,3 +2,3 @@\n b\n-c\n+X\n d"


def test_equal_texts_do_not_differ() -> None:
    assert difference("same", "same") == ""


def test_texts_too_long_to_compare_say_so() -> None:
    assert difference("a\n" * LINES_MAX, "b") is None
