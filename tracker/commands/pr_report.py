"""`python -m tracker pr-report`: compare a pull request, and leave a report to be handed on."""

import argparse
import sys
from pathlib import Path

from tracker.commands.quantities import count

EPILOG = """\
Exit status: that of compare: 0 nothing is slower, or it is accepted; 1 slower;
2 a benchmark fails; 3 nothing was measured; 130 after Ctrl-C.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("base", metavar="BASE", help="the branch it is to be merged into")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="default: HEAD")
    parser.add_argument("--pull-request", type=count, metavar="N", required=True)
    parser.add_argument(
        "--labelled",
        choices=("true", "false"),
        default="false",
        help="whether it has the label perf-ok, which accepts a slow-down",
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("reports", "pull-request"), help="default: %(default)s"
    )


def run(options: argparse.Namespace) -> int:
    """Compare and report; return the exit status."""
    from tracker.errors import TrackerError
    from tracker.pull_request.reporting import NOTHING_MEASURED, Request, report

    request = Request(
        base=options.base,
        head=options.head,
        number=options.pull_request,
        labelled=options.labelled == "true",
        folder=options.folder,
    )
    try:
        return report(request, Path.cwd())
    except TrackerError as error:
        # 1 would say that something is slower, which nobody knows now.
        print(f"tracker: {error}", file=sys.stderr)
        return NOTHING_MEASURED
