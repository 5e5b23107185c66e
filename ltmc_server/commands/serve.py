"""`ltmc serve`: one MCP client over stdin and stdout. What `ltmc` alone does."""

import argparse

from ltmc_server.commands.starting import settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes beside the settings."""
    parser.add_argument(
        "--transport",
        choices=("stdio", "sdk-stdio"),
        default=argparse.SUPPRESS,  # or `ltmc --transport x serve` would be forgotten
        help="sdk-stdio: the MCP SDK's own, slower to start and to answer",
    )


def run(options: argparse.Namespace) -> int:
    """Serve until the client hangs up.

    Raises:
        StartError: the server can not start as it is set up.
    """
    chosen = settings(options)
    import asyncio

    from ltmc_server.server import run_stdio

    asyncio.run(run_stdio(chosen, on_sdk=getattr(options, "transport", "") == "sdk-stdio"))
    return 0
