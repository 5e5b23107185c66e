"""`python -m tracker history`: write docs/history.md, why the speed changed."""

import argparse
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--machine", default="reference", help="whose results (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the page, and name events that nobody explained; return 1 where there are some.

    Raises:
        TrackerError: there are no results, or a file is not valid.
    """
    from tracker.events import gathering, history_page
    from tracker.events.errors import NothingMeasured

    folders = gathering.Folders.of(gathering.root_around(Path.cwd()))
    found = gathering.gather(folders)
    if options.machine not in found.machines:
        raise NothingMeasured(options.machine, found.machines)
    events = found.of_machine(options.machine)
    file = folders.root / "docs" / history_page.FILE
    file.write_text(history_page.render(events), "utf-8")
    print(f"Written: docs/{file.name}")
    missing = history_page.unexplained(events)
    for said in missing:
        print(f"no explanation in {folders.benchmarks.name}/events.toml: {said}")
    return int(bool(missing))
