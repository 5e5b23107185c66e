"""`python -m tracker.letta.standin`: serve a stand-in for Letta until told to end."""

import argparse
import asyncio
import contextlib
import tempfile
from pathlib import Path

from tracker.letta.standin.profiles import NAMES, Profile


def main() -> None:
    """Parse the arguments, print the address, serve."""
    parser = argparse.ArgumentParser(prog="python -m tracker.letta.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    parser.add_argument("--profile", choices=NAMES, default="zero", help="how late it answers")
    parser.add_argument("--ca-file", type=Path, help="where to write whom to trust, in wan")
    parser.add_argument("--while-stdin", action="store_true", help="end when standard input ends")
    given = parser.parse_args()
    from tracker.letta.standin.serving import serve

    profile = Profile(given.profile)
    with contextlib.ExitStack() as stack:
        ca_file = given.ca_file
        if profile.encrypted and ca_file is None:
            ca_file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "ca.pem"
            print(f"stand-in: trust {ca_file}")
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))
        asyncio.run(serve(profile, given.port, ca_file, while_stdin=given.while_stdin))


if __name__ == "__main__":
    main()
