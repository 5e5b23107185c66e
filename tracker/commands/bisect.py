"""`python -m tracker bisect`: find the commit that changed a benchmark, by a counter or by time."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.bisecting.search import Open

NOT_ONE = 1
NOTHING_TO_FIND = 2
NOT_MEASURED = 3

EPILOG = """\
Exit status: 0 one commit was found, and seen again on fresh figures; 1 several are left, because
some cannot be built, or the one found was not confirmed; 2 nothing to find: good and bad do not
differ; 3 it could not be measured; 130 after Ctrl-C.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("benchmark", metavar="BENCHMARK", help="one, as asv prints it")
    parser.add_argument("range", metavar="GOOD..BAD", help="a commit, and one that follows it")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--counter",
        metavar="NAME",
        help="follow this counter: statements, opcodes, … (default: the one that tells most)",
    )
    how.add_argument(
        "--by-time", action="store_true", help="follow the time, even if a counter moved"
    )
    parser.add_argument("--json", action="store_true", help="print the result for a program")


def run(options: argparse.Namespace) -> int:
    """Search, and say what was found; return the exit status."""
    from tracker.bisecting.errors import NothingToFind

    try:
        return _search(options, Path.cwd())
    except NothingToFind as nothing:
        print(f"tracker: {nothing}", file=sys.stderr)
        return NOTHING_TO_FIND
    except TrackerError as error:
        print(f"tracker: {error}", file=sys.stderr)
        return NOT_MEASURED


def _search(options: argparse.Namespace, folder: Path) -> int:
    from rich.console import Console

    from tracker.bisecting import report
    from tracker.bisecting.line import Line
    from tracker.bisecting.search import Request, Search
    from tracker.history import History
    from tracker.suite import Suite

    history = History.around(folder)
    suite = Suite.read(history.root)
    line = Line.read(history, options.range, suite.measured_paths())
    # What the result is printed to stays free of progress.
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    wanted = Request(options.benchmark, options.counter, options.by_time)
    with console.status(f"{len(line.commits) - 1} commits") as shown:
        found = Search(line, _opener(history.root, shown.update), wanted, console.print).run()
    print(report.as_json(found, line) if options.json else "\n".join(report.lines(found, line)))
    return 0 if found.is_exact else NOT_ONE


def _opener(root: Path, progress: "Callable[[str], None]") -> "Open":
    from functools import partial

    from tracker.lockstep.engine import lockstep

    return partial(lockstep, root, progress=progress)
