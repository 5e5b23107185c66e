"""Labelled creep: many small rises on each family of noise, and what the detector says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tracker.detection.detector import detect
from tracker.detection.model import Kind
from tracker.evaluation.series import GROUPS, Labelled

SEED: Final = 20_261_122
RATES: Final = (0.0025, 0.005, 0.01)
"""A commit."""
PARTS: Final = ((0, 100), (30, 100), (25, 75))
"""Percent of the series: from where to where it creeps."""
EACH: Final = 2
"""Series a family, rate and part."""


@dataclass(frozen=True, slots=True)
class Creeping:
    """One series that creeps: the rate a commit, and the places it begins and ends at."""

    family: str
    group: str
    figures: tuple[float, ...]
    rate: float
    start: int
    end: int


def creeping(series: list[Labelled]) -> list[Creeping]:
    """Put creep onto unchanged series; the same ones each time."""
    chance = np.random.default_rng(SEED)
    made = []
    families = sorted({each.family for each in series if each.group != GROUPS[2]})
    for family in families:
        void = [each for each in series if each.family == family and not each.events]
        if not void:
            continue
        for rate, part in _combinations():
            for _ in range(EACH):
                one = void[int(chance.integers(len(void)))]
                made.append(_put(one, rate, part))
    return made


def _combinations() -> Iterator[tuple[float, tuple[int, int]]]:
    return ((rate, part) for rate in RATES for part in PARTS)


def _put(one: Labelled, rate: float, part: tuple[int, int]) -> Creeping:
    n = len(one.figures)
    start, end = (n * percent // 100 for percent in part)
    risen: NDArray[np.float64] = np.clip(np.arange(n) - start + 1, 0, end - start)
    figures = np.asarray(one.figures) * (1 + rate) ** risen
    return Creeping(one.family, one.group, tuple(figures.tolist()), rate, start, end)


def said_of(figures: tuple[float, ...]) -> list[str]:
    """Return the kinds of the sure changes: `creep up`, `creep down`, `step up`, `step down`."""
    return [
        f"{each.kind} {'up' if each.ratio > 1 else 'down'}"
        for each in detect(figures)
        if each.is_sure
    ]


def is_creep(said: list[str]) -> bool:
    """Whether a rise by and by was reported."""
    return f"{Kind.CREEP} up" in said
