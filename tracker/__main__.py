"""`python -m tracker …`: what asv has no command for."""

import argparse
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.errors import TrackerError
from tracker.machine import LOCAL
from tracker.track import Request, track

SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}

INTERRUPTED: Final = 128 + signal.SIGINT
"""What a shell reports of a program ended by Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = _parser().parse_args(arguments)
    request = Request(
        budget_s=options.budget,
        machine=options.machine,
        commits_max=options.commits,
        ranges=tuple(options.ranges),
    )
    # Whoever ends us (a CI job's time limit, a closed terminal) ends asv and its children, too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return track(request, Path.cwd())
    except TrackerError as error:
        print(f"tracker: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tracker", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    tracking = commands.add_parser("track", help="measure the commits that have no results")
    tracking.add_argument(
        "--budget",
        type=_duration,
        default="10m",
        help="start no further commit that would end later: 90s, 10m, 2h (default: %(default)s)",
    )
    tracking.add_argument(
        "--machine",
        default=LOCAL,
        help="name of the series the results belong to (default: %(default)s, not committed)",
    )
    tracking.add_argument("--commits", type=_count, metavar="N", help="measure N at the most")
    tracking.add_argument(
        "ranges",
        nargs="*",
        metavar="RANGE",
        help="commits as `git rev-list` takes them (default: all of main)",
    )
    return parser


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of commits; write 1 or more")
    return int(text)


def _duration(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 90s, 10m or 2h")
    return float(match[1]) * SECONDS[match[2]]


if __name__ == "__main__":
    sys.exit(main())
