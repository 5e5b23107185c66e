"""`ltmc serve`: MCP over stdin and stdout, as `ltmc` alone does, or over HTTP."""

import argparse
from typing import Final

from ltmc_server.commands.starting import settings

HTTP_ADDRESS: Final = "127.0.0.1:8765"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes beside the settings."""
    parser.add_argument(
        "--transport",
        choices=("stdio", "sdk-stdio"),
        default=argparse.SUPPRESS,  # or `ltmc --transport x serve` would be forgotten
        help="sdk-stdio: the MCP SDK's own, slower to start and to answer",
    )
    parser.add_argument(
        "--http",
        nargs="?",
        const=HTTP_ADDRESS,
        default=argparse.SUPPRESS,
        metavar="HOST:PORT",
        help=f"over HTTP, on {HTTP_ADDRESS} if no other address is given",
    )


def run(options: argparse.Namespace) -> int:
    """Serve until the client hangs up, or over HTTP until a signal comes.

    Raises:
        StartError: the server can not start as it is set up.
    """
    chosen = settings(options)
    import asyncio

    from ltmc_server.server import run_http, run_stdio

    if address := getattr(options, "http", None):
        asyncio.run(run_http(chosen, address))
    else:
        asyncio.run(run_stdio(chosen, on_sdk=getattr(options, "transport", "") == "sdk-stdio"))
    return 0
