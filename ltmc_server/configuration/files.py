"""The two files that may say settings, opened with care: the user's, and one of the workspace."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ltmc_server.errors import NoSuchPath
from ltmc_server.workspace.confinement import Workspace

NAME: Final = "ltmc.toml"
BYTES_MAX: Final = 100_000


def user_file() -> Path:
    """Return where the user's settings are, if there are any."""
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    # The XDG standard: a relative path is to be ignored.
    base = Path(folder) if folder.startswith("/") else Path("~/.config").expanduser()
    return base / "ltmc" / NAME


def of_user() -> Mapping[str, Any] | None:
    """Return what the user's file says; None if there is none.

    Raises:
        ValueError: it can not be read, or is no TOML.
    """
    try:
        with user_file().open("rb") as file:
            return _parsed(file.read(BYTES_MAX + 1))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ValueError(f"can not be read: {error.strerror}.") from error


def of_workspace(root: Path) -> Mapping[str, Any] | None:
    """Return what the file of a workspace says; None if there is none.

    Raises:
        ValueError: it is no TOML.
        LtmcError: it is no plain file, or leads out of the workspace.
    """
    try:
        with Workspace.of((root,)).file(NAME) as file:
            return _parsed(file.read(BYTES_MAX + 1))
    except NoSuchPath:
        return None


def _parsed(content: bytes) -> Mapping[str, Any]:
    import tomllib  # most have no file

    if len(content) > BYTES_MAX:
        raise ValueError(f"is longer than {BYTES_MAX} bytes.")
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is no TOML: {error}.") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply.") from error
