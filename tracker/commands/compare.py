"""`python -m tracker compare`: is a commit slower than another? For pull requests."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.commands.quantities import duration_s
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from tracker.comparing.acceptance import Acceptance
    from tracker.comparing.report import Report

NOTHING_MEASURED = 3

EPILOG = """\
Exit status: 0 nothing is slower beyond the gate; 1 something is; 2 a benchmark fails at head that
did not at base; 3 nothing was measured; 130 after Ctrl-C. docs/comparing.md has the rule.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("base", metavar="BASE", help="a branch, a tag or a commit")
    parser.add_argument(
        "head", metavar="HEAD", nargs="?", default="HEAD", help="default: what is checked out"
    )
    parser.add_argument(
        "--bench",
        action="append",
        default=[],
        metavar="REGEX",
        help="only benchmarks in whose name this is found; may be given again",
    )
    parser.add_argument(
        "--budget",
        type=duration_s,
        default="15m",
        help="measure so long at the most: 90s, 10m, 2h (default: %(default)s)",
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="'PATTERN REASON'",
        help="a slow-down to accept, as the trailer `Accept-slower:` does",
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the report as a comment")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the report for programs")
    parser.add_argument(
        "--anyway", action="store_true", help="measure commits that do not differ, too"
    )


def run(options: argparse.Namespace) -> int:
    """Compare, write the reports, and return the exit status."""
    from rich.console import Console

    from tracker.comparing.comparison import Request, compare
    from tracker.comparing.terminal import Bars, show
    from tracker.lockstep.engine import lockstep

    console = Console()
    try:
        request = Request(
            base=options.base,
            head=options.head,
            wanted=tuple(options.bench),
            accepted=tuple(map(_acceptance, options.accept)),
            budget_s=options.budget,
            anyway=options.anyway,
        )
        with Bars(console) as bars:
            report = compare(request, Path.cwd(), lockstep, bars)
    except TrackerError as error:
        # 1 would say that something is slower, which nobody knows now.
        print(f"tracker: {error}", file=sys.stderr)
        return NOTHING_MEASURED
    _write(options, report)
    show(report, console)
    return int(report.status)


def _acceptance(text: str) -> "Acceptance":
    from tracker.comparing.acceptance import parse
    from tracker.comparing.errors import NoReason

    accepted = parse(text)
    if accepted is None:
        raise NoReason(text)
    return accepted


def _write(options: argparse.Namespace, report: "Report") -> None:
    """Write the files that were asked for."""
    import json

    from tracker.comparing.markdown import markdown
    from tracker.comparing.records import record

    if options.markdown:
        _write_whole(options.markdown, markdown(report))
    if options.json:
        _write_whole(options.json, json.dumps(record(report), indent=1, allow_nan=False) + "\n")


def _write_whole(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    half.write_text(text, "utf-8")
    half.replace(file)
