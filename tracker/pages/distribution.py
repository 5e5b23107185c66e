"""Where the samples of one figure lie: a hill on a logarithmic axis, and the hill before it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final, Self

BINS: Final = 64
WIDTH: Final = 256
HALF: Final = 20
"""Height of a hill; the one before hangs below the line."""

STEPS: Final = ((1, 2, 5), (1, 3), (1,), (0.01,))
"""Of each power of ten, the finest that leave room for their labels."""

LEAST: Final = 1e-12
"""Seconds: of less, nothing can be seen, and some numbers are too small to be divided by."""

GAP_MIN: Final = 0.17
"""Between two labels, as a share of the width."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis that several pictures share."""

    low: float
    high: float

    @classmethod
    def over(cls, values: Iterable[float]) -> Self | None:
        """Return the axis on which all values above `LEAST` have room; None without any."""
        above = [value for value in values if value > LEAST]
        return cls(min(above) / 1.1, max(above) * 1.1) if above else None

    def at(self, value: float) -> float:
        """Return where a value is, from 0 to 1; what is below the axis is at its left end."""
        if value <= self.low:
            return 0.0
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return min(share, 1.0)

    def ticks(self) -> list[float]:
        """Return round values on the axis, as many as can be labelled."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for steps in STEPS:
            found = [step * 10.0**power for power in powers for step in steps]
            inside = [value for value in found if self.low <= value <= self.high]
            places = [self.at(value) for value in inside]
            if all(later - sooner >= GAP_MIN for sooner, later in pairwise(places)):
                return inside
        return []


def distribution(
    samples: Sequence[float], before: Sequence[float], marks: Sequence[float], axis: Axis, said: str
) -> str:
    """Return the picture.

    Args:
        samples: the hill; heights go by the square root, so that one slow sample in hundreds shows.
        before: samples of the commit before, hanging below; none leaves them out.
        marks: percentiles, each a line.
        axis: shared by a group of pictures.
        said: what someone who does not see it is told.
    """
    lines = "".join(
        f'<path class="mark" d="M{WIDTH * axis.at(mark):.1f} 0v{HALF}"/>' for mark in marks
    )
    grid = "".join(
        f'<path class="grid" d="M{WIDTH * axis.at(tick):.1f} 0v{2 * HALF}"/>'
        for tick in axis.ticks()
    )
    hanging = f'<path class="before" d="{_hill(before, axis, 1)}"/>' if before else ""
    return (
        f'<svg class="hills" role="img" aria-label="{escape(said)}"'
        f' viewBox="0 0 {WIDTH} {2 * HALF}"'
        f' preserveAspectRatio="none" width="100%" height="{2 * HALF}">'
        f'{grid}{hanging}<path class="now" d="{_hill(samples, axis, -1)}"/>'
        f'<path class="ground" d="M0 {HALF}h{WIDTH}"/>{lines}</svg>'
    )


def _hill(samples: Sequence[float], axis: Axis, sign: int) -> str:
    """Return the outline of a histogram from the line upwards (-1) or downwards (1)."""
    counts = [0] * BINS
    for sample in samples:
        counts[min(int(BINS * axis.at(sample)), BINS - 1)] += 1
    highest = math.sqrt(max(counts, default=0) or 1)
    step = WIDTH // BINS
    parts, height, moved = ["M0 20"], 0, 0
    for count in (*counts, 0):
        wanted = round(sign * (HALF - 1) * math.sqrt(count) / highest)
        if wanted != height:
            parts.append(f"h{moved}v{wanted - height}" if moved else f"v{wanted - height}")
            height, moved = wanted, 0
        moved += step
    return "".join([*parts, "z"])
