"""The command `ltmc`: without a subcommand it serves one MCP client over stdin and stdout."""

import argparse
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from ltmc_server import __version__
from ltmc_server.commands import config, mending, proving, serve
from ltmc_server.configuration.flags import add_flags
from ltmc_server.errors import InvalidSettings, StartError
from ltmc_server.settings import Settings

COMMANDS: Final = {"serve": serve, "config": config, "verify": proving, "repair": mending}
"""Each has `add_options(parser)` and `run(options)`, and a docstring that says what it does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status.

    0 done, 1 `verify` or `config validate` found what is not true, 2 could not start or look,
    130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parsed(given)
    try:
        return int(COMMANDS[options.command or "serve"].run(options))
    except InvalidSettings as error:
        for problem in error.problems:
            print(f"ltmc: {problem}", file=sys.stderr)
        return 2
    except StartError as error:
        print(f"ltmc: {error} {error.hint}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parsed(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments; a wrong one is named with the nearest there is, and ends the process."""
    parser = argparse.ArgumentParser(
        prog="ltmc",
        description="Long-term memory for agents, over MCP. Without a command: serve.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ltmc {__version__}")
    serve.add_options(parser)
    add_flags(parser, Settings)
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        said = (command.__doc__ or "").partition("\n")[0].partition(": ")[2]
        added = commands.add_parser(name, help=said, description=said, allow_abbrev=False)
        command.add_options(added)
        # After the command as well as before it.
        add_flags(added, Settings)
    _check_flags(arguments, (parser, *commands.choices.values()))
    return parser.parse_args(arguments)


def _check_flags(arguments: Sequence[str], parsers: tuple[argparse.ArgumentParser, ...]) -> None:
    """End the process at the first flag that no command has, naming the nearest that one has.

    argparse would take the value of an unknown flag for a command, and complain of that.
    """
    known = {flag for each in parsers for flag in re.findall(r"--[a-z][a-z-]+", each.format_help())}
    for argument in arguments:
        flag = argument.partition("=")[0][:100]
        if flag.startswith("--") and flag != "--" and flag not in known:
            near = get_close_matches(flag, sorted(known), n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            parsers[0].error(f"there is no {flag!r}{meant}")


if __name__ == "__main__":
    sys.exit(main())
