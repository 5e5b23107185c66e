"""The live half of `python -m tracker evaluate`: its options, and what they do."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.commands.quantities import duration_s
from tracker.machine import LOCAL

if TYPE_CHECKING:
    from tracker.bisecting.search import Open


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only a live evaluation takes."""
    live = parser.add_argument_group("with --live")
    live.add_argument("--quick", action="store_true", help="a trial of each kind; says nothing")
    live.add_argument(
        "--budget",
        type=duration_s,
        default="35m",
        dest="budget",
        help="begin no further trial after: 90s, 30m, 2h (default: %(default)s); the next run goes"
        " on where this one stopped",
    )
    live.add_argument("--seed", type=int, default=1, help="of all that is random")
    live.add_argument("--load", action="store_true", help="keep both cores busy meanwhile")
    live.add_argument("--machine", default=LOCAL, help="as the figures are to name it")


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Judge the judge, print the figures, and return the part of the file that is to be kept.

    Raises:
        TrackerError: there is nothing to measure with.
    """
    from rich.console import Console

    from tracker.evaluation import live, live_page, live_parts
    from tracker.evaluation.planting import head_of
    from tracker.evaluation.tasks import QUICK, Amount
    from tracker.history import History

    root = History.around(folder).root
    request = live.Request(
        amount=QUICK if options.quick else Amount(),
        budget_s=options.budget,
        seed=options.seed,
        is_loaded=options.load,
    )
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        with console.status("making the environments") as shown:
            trials = live.run(request, root, _opener(shown.update), console.print)
    except KeyboardInterrupt:
        console.print("Stopped. Finished trials are kept; the same command goes on from there.")
        raise
    made = live_parts.parts(trials, request, (head_of(root), options.machine))
    print(live_page.section(made, root / "docs"))
    return made


def _opener(progress: Callable[[str], None]) -> "Callable[[Path, Path], Open]":
    from functools import partial

    from tracker.lockstep.engine import lockstep

    return lambda root, folder: partial(lockstep, root, environments=folder, progress=progress)
