"""`ltmc repair`: make anew what is not as the record says; what was done can be done again."""

import argparse
import sys

from ltmc_server.commands.starting import settings
from ltmc_server.errors import LtmcError
from ltmc_server.settings import Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: it takes the settings only."""


def run(options: argparse.Namespace) -> int:
    """Print each thing that is mended; return 0 when it came to its end, 2 when it could not."""
    import asyncio
    import sqlite3

    chosen = settings(options)
    try:
        done = asyncio.run(_printed(chosen))
    except (LtmcError, sqlite3.Error) as error:
        print(f"ltmc: {error}", file=sys.stderr)
        return 2
    if not done:
        print("nothing to mend")
    return 0


async def _printed(settings: Settings) -> int:
    from ltmc_server.commands.repair import repair

    count = 0
    async for line in repair(settings):
        print(line, flush=True)
        count += 1
    return count
