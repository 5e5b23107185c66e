"""`python -m tracker …`: what asv has no command for."""

import argparse
import signal
import sys
from collections.abc import Sequence
from typing import Final

from tracker.commands import (
    bisect,
    comment,
    compare,
    confirm,
    doctor,
    evaluate,
    history,
    letta,
    noise,
    pr_report,
    regressions,
    track,
    triage,
    validate,
)
from tracker.errors import TrackerError

COMMANDS: Final = {
    "track": track,
    "bisect": bisect,
    "compare": compare,
    "regressions": regressions,
    "confirm": confirm,
    "triage": triage,
    "history": history,
    "evaluate": evaluate,
    "noise": noise,
    "doctor": doctor,
    "pr-report": pr_report,
    "comment": comment,
    "validate": validate,
    "letta": letta,
}
"""Each has `add_options(parser)` and `run(options)`, and a docstring that says what it does."""

INTERRUPTED: Final = 128 + signal.SIGINT
"""What a shell reports of a program ended by Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = _parser().parse_args(arguments)
    # Whoever ends us (a CI job's time limit, a closed terminal) ends what we started, too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return int(COMMANDS[options.command].run(options))
    except TrackerError as error:
        print(f"tracker: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tracker", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        said = (command.__doc__ or "").partition("\n")[0].partition(": ")[2]
        command.add_options(commands.add_parser(name, help=said, description=said))
    return parser


if __name__ == "__main__":
    sys.exit(main())
