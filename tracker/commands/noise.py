"""`python -m tracker noise`: measure how much identical commits differ, for the noise floors."""

import argparse
from pathlib import Path

from tracker.commands.quantities import count, duration_s


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "commit", metavar="COMMIT", nargs="?", default="HEAD", help="default: what is checked out"
    )
    parser.add_argument(
        "--bench",
        action="append",
        default=[],
        metavar="REGEX",
        help="only benchmarks in whose name this is found; the floors of others stay",
    )
    parser.add_argument(
        "--runs", type=count, default=8, metavar="N", help="so many (default: %(default)s)"
    )
    parser.add_argument(
        "--budget",
        type=duration_s,
        default="2h",
        help="begin no run that would end later: 90s, 10m, 2h (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> int:
    """Measure, and write results/judging/noise.json; return the exit status.

    Raises:
        TrackerError: nothing could be measured.
    """
    from rich.console import Console

    from tracker.comparing import calibration, commits, floors, plan
    from tracker.comparing.terminal import Bars
    from tracker.history import History
    from tracker.lockstep.engine import lockstep
    from tracker.suite import Suite

    root = History.around(Path.cwd()).root
    suite = Suite.read(root)
    results_dir = root / suite.results_dir
    commit = commits.resolve(root, options.commit).sha
    known = floors.read(results_dir)
    console = Console()
    with Bars(console) as bars, lockstep(root, commit, commit, progress=bars.say) as engine:
        settings = plan.Settings.read(root)
        planned = plan.plan(engine.cases(), settings, options.bench)
        measuring = calibration.Calibration(engine, bars, options.budget)
        found = measuring.run(planned.cases, options.runs)
    if not found:
        console.print("Nothing was measured: every benchmark failed or was skipped.")
        return 1
    file = floors.write(results_dir, {**known, **found}, commit=commit, pairs=calibration.PAIRS)
    console.print(f"Written: {file.relative_to(root)}, {len(found)} benchmarks", highlight=False)
    return 0
