"""Command lines that need no parser to be understood: to serve over stdio, with some settings.

Making the parser takes longer than the first answers, for it knows every setting. What is plain
here is parsed all the same, after them; `tests/commands/test_plain.py` sees to it that the parser
then agrees.
"""

from collections.abc import Sequence
from typing import Final

FLAGS: Final = frozenset(
    f"--{name}"
    for name in (
        *("data-dir", "project-id", "durability", "response-bytes-max", "busy-timeout-s"),
        *("workspace-roots", "log-format", "log-level", "http-hosts", "tools"),
        *("embedding", "embedding-file", "embedding-url", "embedding-model"),
        *("embedding-dimension", "neo4j-uri", "neo4j-user", "neo4j-database", "neo4j-timeout-s"),
        *("letta-base-url", "letta-model", "letta-embedding", "letta-pool-size"),
        *("letta-keepalive-s", "letta-timeout-s", "letta-message-timeout-s", "letta-retries"),
        "letta-cache-s",
    )
)
"""Take a value, in the next argument or behind `=`."""

SWITCHES: Final = frozenset({"--cache", "--no-cache", "--read-secrets", "--no-read-secrets"})

TRANSPORT: Final = "--transport"


def is_plain(arguments: Sequence[str]) -> bool:
    """Tell whether it is certain that they say to serve over our stdio, and nothing is wrong."""
    left = list(arguments)
    commands = 0
    while left:
        flag, is_joined, value = left.pop(0).partition("=")
        if flag in FLAGS or flag == TRANSPORT:
            if not is_joined:
                value = left.pop(0) if left else "-"
                # The parser might take it for a flag.
                if value.startswith("-"):
                    return False
            if flag == TRANSPORT and value != "stdio":
                return False
        elif is_joined or (flag not in SWITCHES and flag != "serve"):
            return False
        else:
            commands += flag == "serve"
    return commands <= 1
