"""Is this commit still like the good one, or already like the bad one? Pair by pair. Pure.

The effect between the ends is known, so the question is not whether there is a difference but on
which side of half the effect it lies. That takes far fewer pairs than an estimate.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tracker.bisecting.halving import Answer
from tracker.judging.paired import TRIM

PAIRS_MIN: Final = 4
PAIRS_MAX: Final = 20
"""Then the nearer end has it: one more pair would not tell either."""

STANDARD_ERRORS: Final = 3.0
"""From half the effect; at this distance a wrong turn is a matter of one in some hundreds."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Which end a commit is like."""

    answer: Answer
    is_sure: bool
    """False if `PAIRS_MAX` pairs left it within `STANDARD_ERRORS` of the middle."""


def decide(log_ratios: Sequence[float], effect: float) -> Decision | None:
    """Decide from log(commit / good) of the pairs so far; None asks for another pair.

    Args:
        log_ratios: one figure a pair.
        effect: log(bad / good), of either sign, never 0.
    """
    if len(log_ratios) < PAIRS_MIN:
        return None
    mean, error = _mean(log_ratios)
    # Turned so that bad is above good, whatever the sign of the effect.
    beyond = (mean - effect / 2) * math.copysign(1, effect)
    is_sure = abs(beyond) > STANDARD_ERRORS * error
    if not is_sure and len(log_ratios) < PAIRS_MAX:
        return None
    return Decision(Answer.BAD if beyond > 0 else Answer.GOOD, is_sure)


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """Return the trimmed mean and its standard error: one bad pair is not to decide."""
    if min(values) == max(values):
        return values[0], 0.0
    # Dear to import, and a search by counts has no need of it.
    import numpy as np
    from scipy.stats import mstats

    data = np.array(values, dtype=np.float64)
    middle = float(mstats.trimmed_mean(data, limits=(TRIM, TRIM)))
    return middle, float(mstats.trimmed_stde(data, limits=(TRIM, TRIM)))
