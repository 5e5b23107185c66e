"""The command `ltmc`: without a subcommand it serves one MCP client over stdin and stdout."""

import sys
from collections.abc import Sequence

from ltmc_server.commands.plain import is_plain


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status.

    0 done, 1 `verify` or `config validate` found what is not true, 2 could not start or look,
    130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Imported here: a client that waits for its first answer waits for each of them.
    if arguments is None and is_plain(given):
        from ltmc_server.commands import answering

        if answering.has_client():
            return answering.run(given)
    from ltmc_server.commands import line

    return line.run(given)


if __name__ == "__main__":
    sys.exit(main())
