"""Figures as a reader takes them in."""

from tracker.validation.bootstrap import Estimate
from tracker.validation.claims import UNITS, Claim


def number(value: float) -> str:
    """Return three digits: `0.812`, `4.1`, `1,230`."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def duration(seconds: float | None) -> str:
    """Return a time in the unit that suits it."""
    if seconds is None:
        return "–"
    for unit, factor in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= factor:
            return f"{number(seconds / factor)} {unit}"
    return f"{number(seconds / 1e-6)} µs"


def times(ratio: float) -> str:
    """Return a ratio: `0.81×`."""
    return f"{number(ratio)}×"


def percent(share: float | None) -> str:
    """Return a share of 0 to 1 as a percentage."""
    return "–" if share is None else f"{100 * share:.0f} %"


def size(count: float | None) -> str:
    """Return so many bytes, in kB of 1000."""
    if count is None:
        return "–"
    return f"{number(count / 1000)} kB" if count >= 1000 else f"{number(count)} B"


def amount(value: float | None) -> str:
    """Return a mean count: `1`, `2.5`."""
    return "–" if value is None else number(value)


def figure(claim: Claim, estimate: Estimate | None) -> str:
    """Return the figure in the unit of the claim."""
    if estimate is None:
        return "–"
    if claim.kind == "seconds":
        return duration(estimate.point)
    return f"{number(estimate.point)}{UNITS[claim.kind]}"


def interval(claim: Claim, estimate: Estimate | None) -> str:
    """Return the interval, `0.79 to 0.83`; nothing where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    show = duration if claim.kind == "seconds" else number
    return f"{show(estimate.low)} to {show(estimate.high)}"
