"""`python -m tracker confirm`: measure suspects again, in lockstep with the commit before."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.commands.quantities import duration_s

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.events.confirmation import Suspect
    from tracker.events.gathering import Folders

AT_ONCE: Final = 12
"""Suspects of one commit that share their turns: more, and a budget may end before the first."""

EPILOG: Final = """\
Exit status: 0 there is nothing left to confirm, or something was; 1 nothing could be measured;
130 after Ctrl-C, which keeps the answers there are.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument(
        "--budget",
        type=duration_s,
        default="20m",
        help="measure so long at the most: 90s, 10m, 2h (default: %(default)s)",
    )
    parser.add_argument(
        "--machine", default="reference", help="whose suspects (default: %(default)s)"
    )
    parser.add_argument(
        "--on", default="local", metavar="NAME", help="this machine (default: %(default)s)"
    )
    parser.add_argument("--commit", default="", help="only what is suspected of this one")
    parser.add_argument(
        "--again", action="store_true", help="also those that have been measured, and stay unsure"
    )


def run(options: argparse.Namespace) -> int:
    """Measure the suspects, what is surest and of most benchmarks first; keep the answers.

    Raises:
        TrackerError: there are no results, or nothing can be measured.
    """
    from rich.console import Console

    from tracker.events import confirmation, gathering

    root = gathering.root_around(Path.cwd())
    folders = gathering.Folders.of(root)
    found = gathering.gather(folders)
    moves = [move for event in found.of_machine(options.machine) for move in event.moves]
    moves += [move for move in found.faint if move.series.machine == options.machine]
    meant = [move for move in moves if move.bad.startswith(options.commit)]
    batches = confirmation.batches(meant, at_once=AT_ONCE, again=options.again)
    console = Console(highlight=False)
    if not batches:
        console.print("There is no suspect to confirm.")
        return 0
    ends_at = time.monotonic() + options.budget
    measured = 0
    for batch in batches:
        if time.monotonic() >= ends_at:
            break
        measured += _confirm(batch, folders, options.on, ends_at, console)
    left = sum(map(len, batches)) - measured
    console.print(f"{measured} suspects measured, {left} left.")
    return 0 if measured else 1


def _confirm(
    batch: Sequence["Suspect"], folders: "Folders", machine: str, ends_at: float, console: "Console"
) -> int:
    """Measure suspects of one commit; return how many were answered."""
    from tracker.comparing import floors
    from tracker.comparing.terminal import Bars
    from tracker.events import confirmation
    from tracker.lockstep.engine import lockstep

    first = batch[0]
    console.print(f"{first.commit[:8]} against {first.parent[:8]}: {len(batch)} suspects")
    with (
        Bars(console) as bars,
        lockstep(folders.root, first.parent, first.commit, progress=bars.say) as engine,
    ):
        bars.stage("pairs", confirmation.PAIRS * len(batch))

        def is_time_left(suspect: str) -> bool:
            bars.step(suspect)
            return time.monotonic() < ends_at

        noise = floors.read(folders.results)
        answers = confirmation.Confirming(engine, machine, is_time_left, noise).answers(batch)
    confirmation.keep(folders.results, answers)
    for answer in answers:
        console.print(f"  {answer.benchmark}: {confirmation.describe(answer)}", markup=False)
    return len(answers)
