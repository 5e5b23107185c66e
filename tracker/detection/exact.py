"""Series without noise, such as counts: each other figure is another level."""

from itertools import pairwise
from typing import Final

import numpy as np

from tracker.detection.model import Change, Kind
from tracker.detection.noise import Array

SAME_SHARE: Final = 0.5
"""Of neighbours that are equal to the last digit; from so many on, a series is exact."""

POINTS_MIN: Final = 3
"""Two different figures alone do not say whether they are exact."""


def is_exact(figures: Array) -> bool:
    """Whether the figures repeat themselves as no measurement of time does."""
    if len(figures) < POINTS_MIN:
        return False
    return float(np.mean(np.diff(figures) == 0)) >= SAME_SHARE


def changes(figures: Array) -> list[Change]:
    """Return a step wherever a figure differs from the one before it."""
    found = []
    for at, (before, after) in enumerate(pairwise(figures.tolist()), start=1):
        if before != after:
            found.append(
                Change(
                    kind=Kind.STEP,
                    index=at,
                    before=before,
                    after=after,
                    earliest=at,
                    latest=at,
                    confidence=1.0,
                )
            )
    return found
