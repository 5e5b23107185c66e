"""How the samples of a pair are taken: how many calls each, how many samples, in which order."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from tracker.lockstep.model import Side, Timing

SAMPLE_S: Final = 0.005
"""Short, so that what slows the machine slows the neighbours alike; long beside the clock."""

TURN_MAX_S: Final = 0.03
"""Of a sample together with the `setup` of its calls, unless one call alone takes longer."""

PAIR_S: Final = 2.0
"""Of all samples of a pair, about; a slow benchmark takes longer, for it needs `SAMPLES_MIN`."""

PAIR_MAX_S: Final = 4.0
"""From here on the least number of samples is enough: the machine is busier than it was."""

SAMPLES_MIN: Final = 3
SAMPLES_MAX: Final = 20
CALLS_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The same for both sides."""

    calls: int
    """In each sample."""
    samples: int
    """Of each side."""

    @classmethod
    def of(cls, warmed: Mapping[Side, Mapping[str, Any]]) -> Self:
        """Plan by what a warm call took, and what it took together with its `setup`."""
        call_s = min(each["call_s"] for each in warmed.values())
        turn_s = max(each["turn_s"] for each in warmed.values())
        calls = min(round(SAMPLE_S / max(call_s, 1e-8)), int(TURN_MAX_S / max(turn_s, 1e-8)))
        calls = max(1, min(calls, CALLS_MAX))
        samples = int(PAIR_S / (2 * calls * max(turn_s, 1e-8)))
        return cls(calls, max(SAMPLES_MIN, min(samples, SAMPLES_MAX)))


def order(samples: int, seed: int) -> Iterator[tuple[Side, Side]]:
    """Return who goes first and who second, in turns: ABBA, from a random start."""
    first = (Side.BASE, Side.HEAD)
    turns = random.Random(seed).random() < 0.5  # noqa: S311, PLR2004  no secret; a coin
    for number in range(samples):
        yield first[:: -1 if turns ^ number % 2 else 1]  # type: ignore[misc]


def timing(samples: list[Mapping[str, float]]) -> Timing:
    """Put samples together. No call takes no time, whatever a coarse clock says."""
    return Timing(
        cpu_s=tuple(max(each["cpu_s"], 1e-9) for each in samples),
        wall_s=tuple(max(each["wall_s"], 1e-9) for each in samples),
    )
