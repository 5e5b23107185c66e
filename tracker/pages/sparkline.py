"""A line as small as a word: the history of one figure, and its bound."""

from collections.abc import Sequence
from html import escape
from typing import Final

from tracker.targets import Standing, State

WIDTH: Final = 132
HEIGHT: Final = 34
RADIUS: Final = 3


def sparkline(standing: Standing) -> str:
    """Return an SVG of the readings, oldest left; the line passes over a failure."""
    readings = standing.readings
    values = [reading.value for reading in readings]
    told = [value for value in values if value is not None]
    if not told:
        return "–"
    bound, unit = standing.target.bound, standing.target.unit
    label = (
        f"{len(told)} commits, from {told[0]:.3g} to {told[-1]:.3g} {unit},"
        f" bound {bound:.3g} {unit}"
    )
    css = " violated" if standing.state is State.VIOLATED else ""
    return line(values, label, bound=bound, css=css)


def line(
    values: Sequence[float | None], label: str, *, bound: float | None = None, css: str = ""
) -> str:
    """Return an SVG of values, one of them at least told, with dashes at the bound."""
    told = [(i, value) for i, value in enumerate(values) if value is not None]
    heights = [value for _, value in told] + ([] if bound is None else [bound])
    low, span = min(heights), max(heights) - min(heights) or 1.0
    step = (WIDTH - 2 * RADIUS) / max(len(values) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        x = RADIUS + step * index if len(values) > 1 else WIDTH / 2
        return x, HEIGHT - RADIUS - (value - low) / span * (HEIGHT - 2 * RADIUS)

    points = " ".join("{:.1f},{:.1f}".format(*place(i, value)) for i, value in told)
    x, y = place(*told[-1])
    dashes = ""
    if bound is not None:
        _, at = place(0, bound)
        dashes = f'<line class="bound" x1="0" x2="{WIDTH}" y1="{at:.1f}" y2="{at:.1f}"/>'
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'{dashes}<polyline class="track" points="{points}"/>'
        f'<circle class="dot{css}" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}"/></svg>'
    )
