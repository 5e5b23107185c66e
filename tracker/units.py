"""Figures as people read them."""

from typing import Final

from tracker.targets import UNITS

THOUSAND: Final = 1000


def readable(value: float, unit: str) -> tuple[str, float]:
    """Return the unit in which a figure has one to three digits before the point, and its scale.

    A bound may be a thousand times what was measured: 0.00121 s is better read as 1.21 ms.
    """
    if unit not in UNITS or not value:
        return unit, 1.0
    kind, factor = UNITS[unit]
    likes = {name: of for name, (base, of) in UNITS.items() if base == kind and "i" not in name}
    fitting = {name: of for name, of in likes.items() if abs(value) * factor >= of}
    best = max(fitting, key=fitting.__getitem__, default=min(likes, key=likes.__getitem__))
    return best, factor / likes[best]


def number(value: float) -> str:
    """Return three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= THOUSAND else f"{value:.3g}"


def figure(value: float, unit: str) -> str:
    """Return a figure of asv's in the unit that reads well: `1.21 ms`, `46.2 MB`, `3 bytes`."""
    if unit == "bytes" and abs(value) < THOUSAND:
        return f"{number(value)} bytes"
    if unit == "bytes":
        unit, value = "kB", value / THOUSAND
    best, scale = readable(value, "s" if unit == "seconds" else unit)
    return f"{number(value * scale)} {best}"
