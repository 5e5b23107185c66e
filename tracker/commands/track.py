"""`python -m tracker track`: measure the commits that have no results."""

import argparse
import re
from pathlib import Path

from tracker.commands.quantities import count, duration_s
from tracker.machine import LOCAL


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--budget",
        type=duration_s,
        default="10m",
        help="start no further commit that would end later: 90s, 10m, 2h (default: %(default)s)",
    )
    parser.add_argument(
        "--machine",
        default=LOCAL,
        help="name of the series the results belong to (default: %(default)s, not committed)",
    )
    parser.add_argument("--commits", type=count, metavar="N", help="measure N at the most")
    parser.add_argument(
        "--bench",
        type=_expression,
        metavar="REGEX",
        help="add the benchmarks of that name to the results that lack them; measure no other",
    )
    parser.add_argument(
        "ranges",
        nargs="*",
        metavar="RANGE",
        help="commits as `git rev-list` takes them (default: all of main)",
    )


def run(options: argparse.Namespace) -> int:
    """Measure, publish, and say how to look; return the exit status.

    Raises:
        TrackerError: nothing could be measured, or nothing published.
    """
    from tracker.track import Request, track

    request = Request(
        budget_s=options.budget,
        machine=options.machine,
        commits_max=options.commits,
        ranges=tuple(options.ranges),
        bench=options.bench,
    )
    return track(request, Path.cwd())


def _expression(text: str) -> str:
    """Return a regular expression that is one."""
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None
    return text
