"""A line as small as a word: a history around one change, with the change marked."""

from html import escape
from typing import Final

from tracker.events.model import Move
from tracker.units import figure

WIDTH: Final = 132
HEIGHT: Final = 34
RADIUS: Final = 3
AROUND: Final = 30
"""Readings shown on either side of the change."""


def stepline(move: Move) -> str:
    """Return an SVG of the readings, oldest left; both levels dashed, the change a dot."""
    first = max(0, move.change.origin - AROUND)
    readings = move.series.readings[first : move.change.index + AROUND]
    values = [reading.value for reading in readings]
    low, span = min(values), max(values) - min(values) or 1.0
    step = (WIDTH - 2 * RADIUS) / max(len(values) - 1, 1)

    def place(index: float, value: float) -> tuple[float, float]:
        return RADIUS + step * index, HEIGHT - RADIUS - (value - low) / span * (HEIGHT - 2 * RADIUS)

    line = " ".join("{:.1f},{:.1f}".format(*place(i, value)) for i, value in enumerate(values))
    at = move.change.index - first
    x, y = place(at, values[at])
    unit = move.series.unit
    label = (
        f"{len(values)} commits of {move.series.name}: from {figure(move.change.before, unit)}"
        f" to {figure(move.change.after, unit)}"
    )
    css = (" violated" if move.is_worse else "") if move.is_certain else " doubt"
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<line class="bound" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/>'
        f'<polyline class="track" points="{line}"/>'
        f'<circle class="dot{css}" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}"/></svg>'
    )
