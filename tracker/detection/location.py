"""Where a change lies, how surely, and how much of the history it explains."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tracker.detection.model import Kind
from tracker.detection.noise import Array, ramps
from tracker.detection.search import TINY, Explanation

NEAR: Final = 3
"""Commits beside the right one within which a change counts as found."""

INTERVAL: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One change, judged beside the others."""

    kind: Kind
    index: int
    earliest: int
    latest: int
    size: float
    """Of the logarithm."""
    gain: float
    """Twice the log likelihood ratio."""
    near: float
    """How surely it lies within `NEAR` of its index."""


def locate(explanation: Explanation, reach: int) -> list[Found]:
    """Judge each change given all others, oldest first; steps move to where they fit best."""
    chosen = list(explanation.chosen)
    found: list[Found] = []
    for _ in range(2):  # the first round moves them, the second judges them where they are
        found = []
        for place in range(len(chosen)):
            others = chosen[:place] + chosen[place + 1 :]
            each, chosen[place] = _judge(explanation, chosen[place], others, reach)
            found.append(each)
    return sorted(found, key=lambda each: each.index)


def _judge(
    explanation: Explanation, column: int, others: list[int], reach: int
) -> tuple[Found, int]:
    n = len(explanation.whitened)
    rest, gain = _gains(explanation, others)
    likely = (n - 2) * np.log(rest / np.maximum(rest - gain, rest * 1e-15))
    size = _size(explanation, column, others)
    if column >= n - 1:
        begin, end = ramps(n)[column - n + 1]
        ramp = Found(
            kind=Kind.CREEP,
            index=begin,
            earliest=begin,
            latest=end,
            size=size,
            gain=float(likely[column]),
            near=1.0,
        )
        return ramp, column
    steps = [other for other in others if other < n - 1]
    low = max([other for other in steps if other < column], default=-1) + reach
    high = min([other for other in steps if other > column], default=n - 1) - reach
    window = slice(low, max(high, low) + 1)
    share = np.zeros(n - 1)
    share[window] = np.exp((likely[: n - 1][window] - likely[: n - 1][window].max()) / 2)
    share /= share.sum()
    best = int(share.argmax())
    order = np.argsort(share)[::-1]
    kept = order[: int(np.searchsorted(share[order].cumsum(), INTERVAL)) + 1]
    step = Found(
        kind=Kind.STEP,
        index=best + 1,
        earliest=max(1, min(int(kept.min()), best - NEAR) + 1),
        latest=min(n - 1, max(int(kept.max()), best + NEAR) + 1),
        size=size,
        gain=float(likely[best]),
        near=float(share[max(0, best - NEAR) : best + NEAR + 1].sum()),
    )
    return step, best


def _gains(explanation: Explanation, others: list[int]) -> tuple[float, Array]:
    """Return what the others leave, and what each column would explain of it."""
    columns, whitened = explanation.noise.columns, explanation.whitened
    free = (columns**2).sum(axis=0)
    if others:
        basis, _ = np.linalg.qr(columns[:, others])
        columns = columns - basis @ (basis.T @ columns)
        whitened = whitened - basis @ (basis.T @ whitened)
    size = (columns**2).sum(axis=0)
    usable = size > TINY * free
    gain = np.where(usable, (columns.T @ whitened) ** 2 / np.where(usable, size, 1), 0)
    return max(float(whitened @ whitened), 1e-300), gain


def _size(explanation: Explanation, column: int, others: list[int]) -> float:
    together = explanation.noise.columns[:, [column, *others]]
    fit, *_ = np.linalg.lstsq(together, explanation.whitened, rcond=None)
    return float(fit[0])
