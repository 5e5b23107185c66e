"""docs/comparing.md shows what `compare` writes."""

import re

from tests.tracker.comparing.scripted import Script, timed
from tests.tracker.comparing.test_report import SLOW, report
from tests.tracker.toy import ROOT
from tracker.comparing.markdown import markdown

PAGE = (ROOT / "docs/comparing.md").read_text("utf-8")


def test_the_report_on_the_page_is_one() -> None:
    names = ("tools.memory.At1k.time_get", "tools.chat.At1k.time_log", "tools.todo.At500.time_add")

    shown = markdown(
        report({timed("tools.todo.time_list"): SLOW, **{timed(n): Script() for n in names}})
    )

    assert PAGE.partition("## A report\n\n````markdown\n")[2] == f"{shown}````\n"


def test_the_page_names_every_option() -> None:
    import argparse

    from tracker.commands import compare

    parser = argparse.ArgumentParser()
    compare.add_options(parser)
    options = re.findall(r"--\w+", parser.format_usage())

    assert options
    assert not [option for option in options if option not in PAGE]
