"""How sure is a ratio of two figures? An exact bootstrap over the turns.

The servers take turns, so what slows the machine down slows all of a turn. Turns are drawn with the
samples of both sides, never one side's alone. Of five turns there are 126 ways to draw five, so
nothing has to be left to chance: each is taken with its weight.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import Final, TypeAlias

CONFIDENCE: Final = 0.95

TURNS_MAX: Final = 6
"""Of more turns the first are taken: ways to draw them grow fast."""

Turns: TypeAlias = tuple[tuple[float, ...], ...]
"""The samples of each turn."""

Compared: TypeAlias = Callable[[Sequence[float], Sequence[float]], float | None]
"""All samples of ours, and of another → how many times as good ours is."""


@lru_cache(maxsize=4_096)
def interval(compared: Compared, ours: Turns, theirs: Turns) -> tuple[float, float] | None:
    """Return the 95 % interval; None where they have not two turns in common.

    Law:     the sides exchanged, and the ratio inverted, the ends exchange and invert, too.
    Source:  Efron and Tibshirani, An Introduction to the Bootstrap, chapters 4 and 13.
    """
    common = [pair for pair in zip(ours, theirs, strict=False) if all(pair)][:TURNS_MAX]
    if len(common) < 2:
        return None
    drawn = []
    for chosen in combinations_with_replacement(range(len(common)), len(common)):
        of_ours, of_theirs = zip(*(common[turn] for turn in chosen), strict=True)
        times = compared(_pooled(of_ours), _pooled(of_theirs))
        if times is not None:
            drawn.append((times, _ways(chosen)))
    tail = (1 - CONFIDENCE) / 2
    drawn.sort()
    return _reached(drawn, tail), _reached(drawn[::-1], tail)


def _ways(chosen: Sequence[int]) -> int:
    """Return in how many orders these turns can be drawn."""
    return factorial(len(chosen)) // prod(map(factorial, Counter(chosen).values()))


def _pooled(turns: Sequence[Sequence[float]]) -> list[float]:
    return [value for turn in turns for value in turn]


def _reached(drawn: Sequence[tuple[float, int]], share: float) -> float:
    """Return the first value at which so large a share of the weight is passed."""
    total, passed = sum(weight for _, weight in drawn), 0
    for value, weight in drawn:
        passed += weight
        if passed > share * total:
            return value
    raise ValueError("nothing was drawn")
