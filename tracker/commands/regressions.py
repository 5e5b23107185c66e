"""`python -m tracker regressions`: what became slower and stands, and what is only suspected."""

import argparse
import json
from pathlib import Path
from typing import Final

STANDING: Final = 1

EPILOG: Final = """\
Exit status: 0 nothing stands; 1 something became worse for certain (counted, or confirmed in
lockstep), was not taken back and is not accepted; 130 after Ctrl-C. Suspects never count.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("--json", action="store_true", help="every event, for programs")
    parser.add_argument(
        "--machine", default="reference", help="whose results (default: %(default)s)"
    )
    parser.add_argument("--since", metavar="COMMIT", help="only events from this commit on")


def run(options: argparse.Namespace) -> int:
    """Show them; return 1 where a regression stands.

    Raises:
        TrackerError: there are no results, or a file is not valid.
    """
    from tracker.events import gathering, report, terminal
    from tracker.events.errors import NothingMeasured

    found = gathering.gather(gathering.Folders.of(gathering.root_around(Path.cwd())))
    if options.machine not in found.machines:
        raise NothingMeasured(options.machine, found.machines)
    if options.since:
        found = found.since(options.since)
    events = found.of_machine(options.machine)
    if options.json:
        print(json.dumps(report.machine_readable(options.machine, events), indent=1))
    else:
        terminal.show(events)
    return STANDING if any(event.stands for event in events) else 0
