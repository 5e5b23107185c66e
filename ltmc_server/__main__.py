"""The command `ltmc`: without arguments it serves one MCP client over stdin and stdout."""

import argparse
import logging
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from ltmc_server import __version__
from ltmc_server.errors import StartError
from ltmc_server.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status: 0 served, 2 could not start, 130 interrupted."""
    parser = argparse.ArgumentParser(
        prog="ltmc", description="Long-term memory for agents, over MCP on stdin and stdout."
    )
    parser.add_argument("--version", action="version", version=f"ltmc {__version__}")
    parser.add_argument(
        "--transport",
        choices=("stdio", "sdk-stdio"),
        default="stdio",
        help="sdk-stdio: the MCP SDK's own, slower to start and to answer",
    )
    options = parser.parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            name = "_".join(("LTMC", *(str(part).upper() for part in problem["loc"])))
            print(f"ltmc: {name}: {problem['msg']}", file=sys.stderr)
        return 2
    logging.basicConfig(
        stream=sys.stderr,
        level=settings.log_level,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    return serve(settings, on_sdk=options.transport == "sdk-stdio")


def serve(settings: Settings, *, on_sdk: bool) -> int:
    """Serve stdio until the client hangs up."""
    import asyncio

    from ltmc_server.server import run_stdio

    try:
        asyncio.run(run_stdio(settings, on_sdk=on_sdk))
    except StartError as error:
        print(f"ltmc: {error} {error.hint}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
