"""`python -m tracker evaluate`: run the judge where the truth is known, and count its mistakes."""

import argparse
import json
from pathlib import Path
from typing import Any

from tracker.evaluation import live_command


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--series",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="FILE",
        help="the history detector on labelled series, those of the repository unless FILE is"
        " given; minutes",
    )
    what.add_argument(
        "--live", action="store_true", help="the gate, on known changes of the server; an hour"
    )
    what.add_argument(
        "--page", action="store_true", help="write docs/evaluation.md from results/judging/"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures, too")
    parser.add_argument(
        "--publish",
        action="store_true",
        help="keep the figures in results/judging/ and write docs/evaluation.md",
    )
    live_command.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Evaluate and report; return 0. Figures are no verdict.

    Raises:
        TrackerError: there is nothing that could be evaluated.
    """
    if options.page:
        return _page(Path.cwd())
    return _live(options) if options.live else _series(options)


def _live(options: argparse.Namespace) -> int:
    parts = live_command.run(options, Path.cwd())
    if options.quick and options.publish:
        print("Not kept: the figures of --quick say nothing.")
        return 0
    _keep(options, parts)
    return 0


def _series(options: argparse.Namespace) -> int:
    from rich.console import Console

    from tracker.evaluation import series, series_terminal

    file = series.DEFAULT if options.series == Path() else options.series
    labelled = series.read(file)
    parts = series_terminal.evaluate(labelled, Console(stderr=True))
    series_terminal.show(parts, Console())
    _keep(options, parts)
    return 0


def _keep(options: argparse.Namespace, parts: dict[str, Any]) -> None:
    if options.json:
        options.json.write_text(json.dumps(parts, indent=1) + "\n", "utf-8")
    if options.publish:
        from tracker.evaluation import page

        page.keep(parts, Path.cwd() / "results")
        _page(Path.cwd())


def _page(folder: Path) -> int:
    from tracker.evaluation import page

    file = page.write_page(folder)
    print(f"Written: {file.relative_to(folder)}")
    return 0
