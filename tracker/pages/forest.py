"""Ratios with their intervals, a strip for each operation: a forest plot without a script.

Across, everything is in percent of the width, so that the picture fits a phone with its letters as
large as on a desk.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from tracker.validation.bootstrap import Estimate
from tracker.validation.names import ARMS, arm_label, in_order
from tracker.validation.wording import number, times

LANE: Final = 12
"""Height of an arm, in pixels."""

TICKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
TICKS_MAX: Final = 8
"""As many as a phone has room for."""

AXIS_HEIGHT: Final = 20


@dataclass(frozen=True, slots=True)
class Strip:
    """One operation: its arms, and what was claimed."""

    label: str
    ratios: Mapping[str, Estimate]
    claimed: float | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A logarithmic axis."""

    low: float
    high: float

    def at(self, value: float) -> str:
        """Return where a ratio is, as a percentage of the width."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return f"{100 * share:.2f}%"


def forest(strips: Sequence[Strip]) -> str:
    """Return the picture, with its legend; nothing for no strips."""
    if not strips:
        return ""
    arms = in_order((arm for strip in strips for arm in strip.ratios), ARMS)
    scale = _scale(strips)
    ticks = _ticks(scale)
    rows = "".join(_strip(strip, arms, scale, ticks) for strip in strips)
    legend = "".join(f'<li class="{css(arm)}"><i></i>{escape(arm_label(arm))}</li>' for arm in arms)
    labels = "".join(
        f'<text x="{scale.at(tick)}" y="14" text-anchor="middle">{tick:g}×</text>' for tick in ticks
    )
    return (
        '<figure class="forest">\n'
        "<figcaption>How many times as fast as one long-lived SDK client, with 95 % intervals"
        f'</figcaption>\n<ul class="legend">{legend}<li class="claimed"><i></i>claimed</li></ul>\n'
        f'{rows}<div class="strip"><span></span><svg aria-hidden="true" width="100%"'
        f' height="{AXIS_HEIGHT}">{labels}</svg></div>\n</figure>\n'
    )


def css(arm: str) -> str:
    """Return the class that gives an arm its colour."""
    return f"arm {arm}" if arm in ARMS else "arm other"


def _scale(strips: Iterable[Strip]) -> Scale:
    every = [1.0]
    for strip in strips:
        every += [strip.claimed] if strip.claimed else []
        for estimate in strip.ratios.values():
            every += [end for end in (estimate.low, estimate.point, estimate.high) if end]
    return Scale(min(every) / 1.25, max(every) * 1.25)


def _ticks(scale: Scale) -> list[float]:
    fitting = [tick for tick in TICKS if scale.low <= tick <= scale.high]
    if len(fitting) > TICKS_MAX:
        fitting = [tick for tick in fitting if math.log10(tick).is_integer()]
    return fitting


def _strip(strip: Strip, arms: Sequence[str], scale: Scale, ticks: Sequence[float]) -> str:
    height = LANE * len(arms)
    grid = "".join(
        f'<line class="{"even" if tick == 1 else "grid"}" x1="{scale.at(tick)}"'
        f' x2="{scale.at(tick)}" y1="0" y2="{height}"/>'
        for tick in ticks
    )
    marks = "".join(
        _mark(strip.ratios[arm], arm, scale, LANE * index + LANE / 2)
        for index, arm in enumerate(arms)
        if arm in strip.ratios
    )
    claimed = ""
    if strip.claimed:
        x = scale.at(strip.claimed)
        claimed = f'<line class="claimed" x1="{x}" x2="{x}" y1="0" y2="{height}"/>'
    said = ", ".join(f"{arm_label(arm)} {_read(each)}" for arm, each in strip.ratios.items())
    wanted = f"; claimed {times(strip.claimed)}" if strip.claimed else ""
    label = escape(f"{strip.label}: {said}{wanted}")
    return (
        f'<div class="strip"><span>{escape(strip.label)}</span>'
        f'<svg role="img" aria-label="{label}" width="100%" height="{height}">'
        f"{grid}{claimed}{marks}</svg></div>\n"
    )


def _mark(estimate: Estimate, arm: str, scale: Scale, y: float) -> str:
    low, high = estimate.low or estimate.point, estimate.high or estimate.point
    title = f"<title>{escape(arm_label(arm))}: {_read(estimate)}</title>"
    return (
        f'<g class="{css(arm)}">{title}'
        f'<line x1="{scale.at(low)}" x2="{scale.at(high)}" y1="{y:g}" y2="{y:g}"/>'
        f'<circle cx="{scale.at(estimate.point)}" cy="{y:g}" r="3.5"/></g>'
    )


def _read(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return times(estimate.point)
    return f"{times(estimate.point)} ({number(estimate.low)} to {number(estimate.high)})"
