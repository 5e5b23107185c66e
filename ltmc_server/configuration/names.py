"""A setting's names: as a field, a flag, a variable."""

from typing import Final, TypeAlias

from ltmc_server.environment import FromEnvironment

Kind: TypeAlias = type[FromEnvironment]

KEY_CHARS_MAX: Final = 100
"""Of an unknown name that is looked at and repeated."""


def flag_name(name: str) -> str:
    """Return the flag of a setting."""
    return f"--{name.replace('_', '-')}"


def environment_name(kind: Kind, name: str) -> str:
    """Return the variable of a setting."""
    return f"{kind.prefix}{name}".upper()


def nearest(kind: Kind, name: str) -> str | None:
    """Return the setting that an unknown name was likely meant to be."""
    from difflib import get_close_matches

    known = list(kind.model_fields)
    asked = name[:KEY_CHARS_MAX].lower().replace("-", "_")
    return next(iter(get_close_matches(asked, known, n=1)), None)
