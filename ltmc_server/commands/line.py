"""The command line: parsed, done, and what is said of it where that can not be."""

import argparse
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Final

from ltmc_server import __version__
from ltmc_server.commands import config, mending, proving, serve
from ltmc_server.configuration.flags import add_flags
from ltmc_server.errors import InvalidSettings, StartError
from ltmc_server.settings import Settings

COMMANDS: Final = {"serve": serve, "config": config, "verify": proving, "repair": mending}
"""Each has `add_options(parser)` and `run(options)`, and a docstring that says what it does."""


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; return the exit status."""
    options = parsed(arguments)
    try:
        return int(COMMANDS[options.command or "serve"].run(options))
    except StartError as error:
        return refused(error)
    except KeyboardInterrupt:
        return 130


def refused(error: StartError) -> int:
    """Say what stands against a start; return the exit status."""
    if isinstance(error, InvalidSettings):
        for problem in error.problems:
            print(f"ltmc: {problem}", file=sys.stderr)
    else:
        print(f"ltmc: {error} {error.hint}", file=sys.stderr)
    return 2


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments; a wrong one is named with the nearest there is, and ends the process."""
    parser, *_ = _parsers()
    for argument in arguments:
        flag = argument.partition("=")[0][:100]
        # argparse would take the value of an unknown flag for a command, and complain of that.
        if flag.startswith("--") and flag != "--" and flag not in _flags():
            near = get_close_matches(flag, sorted(_flags()), n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            parser.error(f"there is no {flag!r}{meant}")
    return parser.parse_args(list(arguments))


@cache
def _parsers() -> tuple[argparse.ArgumentParser, ...]:
    """Return the parser of the whole line, and that of each command."""
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
    return parser, *commands.choices.values()


@cache
def _flags() -> frozenset[str]:
    """Return the flags that any command has."""
    helps = [parser.format_help() for parser in _parsers()]
    return frozenset(flag for said in helps for flag in re.findall(r"--[a-z][a-z0-9-]+", said))
