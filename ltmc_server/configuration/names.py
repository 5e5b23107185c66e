"""A setting's names: as a field, a flag, a variable; and its value written as a text."""

from difflib import get_close_matches
from typing import Any, Final, TypeAlias

from pydantic_settings import BaseSettings, EnvSettingsSource

Kind: TypeAlias = type[BaseSettings]

KEY_CHARS_MAX: Final = 100
"""Of an unknown name that is looked at and repeated."""


def flag_name(name: str) -> str:
    """Return the flag of a setting."""
    return f"--{name.replace('_', '-')}"


def environment_name(kind: Kind, name: str) -> str:
    """Return the variable of a setting."""
    return f"{kind.model_config['env_prefix']}{name}".upper()


def nearest(kind: Kind, name: str) -> str | None:
    """Return the setting that an unknown name was likely meant to be."""
    known = list(kind.model_fields)
    asked = name[:KEY_CHARS_MAX].lower().replace("-", "_")
    return next(iter(get_close_matches(asked, known, n=1)), None)


def parsed(kind: Kind, name: str, text: str) -> Any:  # noqa: ANN401  whatever the text says
    """Return what a variable or a flag with this text hands to the class.

    Raises:
        ValueError: a list or an object is asked for, and the text is no JSON.
    """
    source = EnvSettingsSource(kind)
    field = kind.model_fields[name]
    return source.prepare_field_value(name, field, text, source.field_is_complex(field))
