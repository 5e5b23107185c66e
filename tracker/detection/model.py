"""What is said of a history: that its level changed, when, by how much, and how surely."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

POINTS_MIN: Final = 8
"""In fewer, no change of a noisy series can be told from its noise."""

SURE: Final = 0.9
"""From this confidence on a change is reported; below, it is a suspect, worth measuring again."""


class Kind(StrEnum):
    """How the level changed."""

    STEP = "step"
    CREEP = "creep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the level.

    Units:  `before` and `after` are the series' own; places count its points from 0.
    Law:    earliest <= index <= latest. Of creep, they are where it begins and ends.
    """

    kind: Kind
    index: int
    """Of a step, the first point of the new level; of creep, the first point that rose."""
    before: float
    after: float
    earliest: int
    latest: int
    """Where the step lies with 95 %, and three commits to each side of `index` in any case: those
    to measure again are `earliest - 1` and `latest`."""
    confidence: float
    """Below `SURE` it is a suspect. The share of such changes that are where it says."""

    @property
    def ratio(self) -> float:
        """Of the level after to that before; above 1 is slower."""
        return self.after / self.before if self.before else float("inf")

    @property
    def is_sure(self) -> bool:
        """Whether it may be reported without measuring again."""
        return self.confidence >= SURE
