"""A line as small as a word: the history of one figure, and its bound."""

from html import escape
from typing import Final

from tracker.targets import Standing, State

WIDTH: Final = 132
HEIGHT: Final = 34
RADIUS: Final = 3


def sparkline(standing: Standing) -> str:
    """Return an SVG of the readings, oldest left; the line passes over a failure."""
    readings = standing.readings
    values = [(i, r.value) for i, r in enumerate(readings) if r.value is not None]
    if not values:
        return "–"
    bound = standing.target.bound
    heights = [value for _, value in values] + [bound]
    low, span = min(heights), max(heights) - min(heights) or 1.0
    step = (WIDTH - 2 * RADIUS) / max(len(readings) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        x = RADIUS + step * index if len(readings) > 1 else WIDTH / 2
        return x, HEIGHT - RADIUS - (value - low) / span * (HEIGHT - 2 * RADIUS)

    line = " ".join("{:.1f},{:.1f}".format(*place(i, value)) for i, value in values)
    x, y = place(*values[-1])
    _, bound_y = place(0, bound)
    css = " violated" if standing.state is State.VIOLATED else ""
    unit = standing.target.unit
    label = (
        f"{len(values)} commits, from {values[0][1]:.3g} to {values[-1][1]:.3g} {unit},"
        f" bound {bound:.3g} {unit}"
    )
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<line class="bound" x1="0" x2="{WIDTH}" y1="{bound_y:.1f}" y2="{bound_y:.1f}"/>'
        f'<polyline class="track" points="{line}"/>'
        f'<circle class="dot{css}" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}"/></svg>'
    )
