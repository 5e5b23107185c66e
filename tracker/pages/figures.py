"""How figures, commits and machines are written on every page."""

from collections.abc import Iterable
from html import escape
from typing import Final

from tracker.results import Point
from tracker.targets import UNITS
from tracker.units import figure

REFERENCE: Final = "reference"
"""The machine of the published series comes first."""

SHORT: Final = 8


def machines_of(points: Iterable[Point]) -> list[str]:
    """Return the machines that measured, the published one first."""
    names = {point.machine for point in points}
    return sorted(names, key=lambda name: (name != REFERENCE, name))


def seconds_of(unit: str) -> float | None:
    """Return how many seconds one of a unit is; None of what is no time."""
    kind, factor = UNITS.get(unit, (unit, 1.0))
    return factor if kind == "seconds" else None


def quantity(value: float, unit: str) -> str:
    """Return a figure with its unit, as HTML: `1.21&nbsp;ms`."""
    return escape(figure(value, unit)).replace(" ", "&nbsp;")


def commit_link(commit: str, commit_url: str) -> str:
    """Return a commit's short name, linked where there is an address for it."""
    short = f"<code>{escape(commit[:SHORT])}</code>"
    # asv's own default for "no such address" is "#".
    if commit_url in ("", "#"):
        return short
    return f'<a href="{escape(commit_url + commit)}">{short}</a>'
