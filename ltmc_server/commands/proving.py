"""`ltmc verify`: prove every view against the record, and change nothing."""

import argparse

from ltmc_server.commands.starting import settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes beside the settings."""
    parser.add_argument("--json", action="store_true", help="for a program to read")


def run(options: argparse.Namespace) -> int:
    """Print what was found; return 0 when all is true, 1 when something is not, 2 when unknown."""
    import asyncio

    from ltmc_server.commands.verify import verify

    report = asyncio.run(verify(settings(options)))
    print(report.json() if options.json else report.text())
    return report.exit_status
