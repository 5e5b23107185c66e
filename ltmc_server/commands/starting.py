"""What every command begins with: the settings it was given, and where its log goes."""

from typing import TYPE_CHECKING

from ltmc_server.observability.logs import log_to_stderr
from ltmc_server.settings import Settings

if TYPE_CHECKING:
    import argparse

    from ltmc_server.configuration.reading import Sources


def sources(options: "argparse.Namespace | None") -> "Sources":
    """Return where the settings of this command come from."""
    # Not at the top: `ltmc --version` and `--help` read nothing.
    from ltmc_server.configuration.reading import Sources

    if options is None:
        return Sources()
    from ltmc_server.configuration.flags import given

    return Sources(given(options, Settings))


def settings(options: "argparse.Namespace | None" = None) -> Settings:
    """Read the settings, and begin to log as they say.

    Args:
        options: what was parsed of the command line, if there was anything on it.

    Raises:
        InvalidSettings: one of them can not be used.
    """
    read = sources(options).settings()
    log_to_stderr(read.log_level, read.log_format)
    return read
