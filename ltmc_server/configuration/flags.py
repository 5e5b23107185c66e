"""Each setting as a flag of the command, made from the class of the settings."""

import argparse
from collections.abc import Mapping

from ltmc_server.configuration.descriptions import descriptions
from ltmc_server.configuration.masking import is_secret
from ltmc_server.configuration.names import Kind, environment_name, flag_name


def add_flags(parser: argparse.ArgumentParser, kind: Kind) -> None:
    """Add a flag for each setting but secrets, which every user of the machine could read.

    No flag has a default: what is not given is left to the other sources.
    """
    group = parser.add_argument_group("settings", "each is a variable, too; docs/settings.md")
    described = descriptions(kind)
    for name, field in kind.model_fields.items():
        if is_secret(field):
            continue
        said = " ".join(described.get(name, "").split()).replace("`", "").replace("%", "%%")
        told = f"{said} [{environment_name(kind, name)}]"
        if field.annotation is bool:
            group.add_argument(
                flag_name(name),
                dest=name,
                action=argparse.BooleanOptionalAction,
                default=argparse.SUPPRESS,
                help=told,
            )
        else:
            group.add_argument(
                flag_name(name), dest=name, default=argparse.SUPPRESS, metavar="VALUE", help=told
            )


def given(options: argparse.Namespace, kind: Kind) -> Mapping[str, str]:
    """Return the flags that were given, as texts by the name of the setting."""
    return {name: str(value) for name, value in vars(options).items() if name in kind.model_fields}
