"""`python -m tracker doctor`: is this a setup whose figures can be believed?"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.doctor.model import Finding


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--full", action="store_true", help="have asv check each benchmark, too")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> int:
    """Look, and say what was seen; return 0 if nothing fails, else 1."""
    from rich.console import Console

    from tracker.doctor.examination import CHECKS, FULL, examine, exit_status

    checks = {**CHECKS, **(FULL if options.full else {})}
    with Console(stderr=True).status("looking") as shown:
        found = list(examine(Path.cwd(), checks, lambda name: shown.update(f"looking at: {name}")))
    if options.json:
        print(json.dumps([_row(each) for each in found], indent=2))
    else:
        _show(found)
    return exit_status(found)


def _row(finding: "Finding") -> dict[str, str]:
    seen = finding.seen
    return {
        "check": finding.check,
        "state": seen.state.value,
        "seen": seen.text,
        "way_out": seen.way_out,
    }


def _show(found: "list[Finding]") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"ok": "green", "warn": "yellow", "fail": "bold red", "unknown": "dim"}
    table = Table(show_edge=False, pad_edge=False)
    for name in ("", "check", "seen, and the way out"):
        table.add_column(name, overflow="fold")
    for each in found:
        state, text = each.seen.state.value, escape(each.seen.text)
        out = f"\n→ {escape(each.seen.way_out)}" if each.seen.way_out else ""
        table.add_row(f"[{colours[state]}]{state}[/]", each.check, f"{text}{out}")
    Console().print(table)
