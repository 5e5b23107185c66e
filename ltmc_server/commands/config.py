"""`ltmc config`: what the actions of config_action return, without a client."""

import argparse
import json
from typing import Any

from ltmc_server.commands.starting import settings, sources
from ltmc_server.settings import Settings

INVALID = 1
"""Exit status of `ltmc config validate` when the server would not start, or not work."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes beside the settings."""
    parser.add_argument(
        "question",
        choices=("validate", "schema", "export"),
        help="validate: each setting, where it comes from, and whether the stores answer; "
        "schema: what there is to set; export: a file that sets the same",
    )
    parser.add_argument("--format", choices=("toml", "env"), default="toml", help="of export")


def run(options: argparse.Namespace) -> int:
    """Print the answer; return 0, or 1 for settings that a server could not work with.

    Raises:
        StartError: there is no answer, as the settings can not be used.
    """
    from ltmc_server.configuration.describing import exported, schema

    if options.question == "schema":
        print(json.dumps(schema(Settings), indent=2))
        return 0
    if options.question == "export":
        print(exported(settings(options), options.format)[0])
        return 0
    answer = _validated(options)
    print(json.dumps(answer, indent=2))
    reachable = [store.get("reachable", True) for store in answer.get("stores", {}).values()]
    return 0 if answer["valid"] and all(reachable) else INVALID


def _validated(options: argparse.Namespace) -> dict[str, Any]:
    from ltmc_server.configuration.describing import report

    reading = sources(options).read(Settings)
    if reading.problems or not settings(options).database().exists():
        # Asking the stores would make them; who only asks wants nothing made.
        return report(Settings, reading)
    import asyncio

    return asyncio.run(_asked_of_the_server(settings(options)))


async def _asked_of_the_server(chosen: Settings) -> dict[str, Any]:
    from ltmc_server.server import open_dispatcher

    # Which tools clients get has nothing to do with who asks here.
    async with open_dispatcher(chosen.model_copy(update={"tools": ()})) as dispatcher:
        reply = await dispatcher.call("config_action", {"action": "validate_config"})
        return reply.payload
