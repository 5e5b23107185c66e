"""A share as a bar, with the interval that so many trials allow."""

from html import escape
from typing import Final

WIDTH: Final = 100
HEIGHT: Final = 10


def bar(share: float, css: str = "", ends: tuple[float, float] | None = None) -> str:
    """Return an SVG of a share from 0 to 1; what it says stands beside it as text."""
    kept = min(max(share, 0.0), 1.0)
    interval = ""
    if ends is not None:
        low, high = (WIDTH * min(max(end, 0.0), 1.0) for end in ends)
        interval = f'<path class="interval" d="M{low:.1f} {HEIGHT / 2:g}H{high:.1f}"/>'
    return (
        f'<svg class="share {escape(css)}" aria-hidden="true" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' preserveAspectRatio="none" width="100%" height="{HEIGHT}">'
        f'<path class="whole" d="M0 0H{WIDTH}V{HEIGHT}H0z"/>'
        f'<path class="part" d="M0 0H{WIDTH * kept:.1f}V{HEIGHT}H0z"/>{interval}</svg>'
    )
