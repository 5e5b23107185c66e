"""`python -m tracker letta`: a real Letta server by one command, started and stopped."""

import argparse
import shlex
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "what",
        choices=("up", "down", "status"),
        help="up: start it and wait until it is ready; down: stop it and remove its files; "
        "status: whether it runs, and how much memory it takes",
    )
    parser.add_argument(
        "--foreground", action="store_true", help="of up: stay, and stop it at Ctrl-C"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(".letta"),
        help="where it is noted what runs (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> int:
    """Do it; return 0, or 1 where `status` finds anything but a server that is up.

    Raises:
        TrackerError: it could not be installed or started.
    """
    from tracker.letta import background

    if options.what == "status":
        status = background.status(options.folder)
        print("\n".join([status.word, *status.lines]))
        return 0 if status.word == "up" else 1
    if options.what == "down":
        was_there = background.down(options.folder)
        print("stopped" if was_there else "is down already")
        return 0
    if options.foreground:
        background.hold(options.folder, lambda said: print(said, flush=True))
        return 0
    return _up(options.folder)


def _up(folder: Path) -> int:
    from rich.console import Console

    from tracker.letta import background, state

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    before = state.read(folder)
    with console.status("starting") as shown:

        def show(said: str) -> None:
            shown.update(said)
            if not console.is_terminal:
                console.print(said)

        there = background.up(folder, show)
    if before == there:
        console.print("It is up already.")
    print(f"LETTA_BASE_URL={there.base_url}")
    where = "" if folder == Path(".letta") else f" --folder {shlex.quote(str(folder))}"
    console.print(f"To stop it: python -m tracker letta down{where}")
    return 0
