"""`python -m tracker triage`: what is new since a day, in one page of Markdown."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

DAYS: Final = 7


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--since",
        type=_day,
        metavar="DAY",
        help=f"such as 2026-11-15 (default: {DAYS} days before the newest measured commit)",
    )
    parser.add_argument(
        "--machine", default="reference", help="whose results (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there, not to stdout")


def run(options: argparse.Namespace) -> int:
    """Write the page; return 0.

    Raises:
        TrackerError: there are no results, or a file is not valid.
    """
    from tracker.events import gathering, triage
    from tracker.events.errors import NothingMeasured

    folders = gathering.Folders.of(gathering.root_around(Path.cwd()))
    found = gathering.gather(folders)
    if options.machine not in found.machines:
        raise NothingMeasured(options.machine, found.machines)
    since = options.since or triage.newest(found, options.machine) - timedelta(days=DAYS)
    news = triage.news(folders, found, options.machine, since)
    page = triage.markdown(news)
    if options.out:
        options.out.write_text(page, "utf-8")
        print(f"Written: {options.out}")
    else:
        print(page, end="")
    return 0


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-15") from None
