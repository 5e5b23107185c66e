"""A history → its changes. The one door of this package."""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np
from scipy.ndimage import median_filter

from tracker.detection import exact
from tracker.detection.creep import ALPHA, trend
from tracker.detection.location import Found, locate
from tracker.detection.model import POINTS_MIN, Change, Kind
from tracker.detection.modes import modes
from tracker.detection.noise import Array, shapes
from tracker.detection.search import Explanation, explain

PRICE: Final = 15.0
"""Of a change: twice the log likelihood that it has to explain."""

SUSPECT_PRICE: Final = 4.0
"""Of a change that is only a reason to measure again."""

REACH: Final = 8
"""Commits that a level lasts at least; fewer may be a neighbour's busy hour."""

MODES_PRICE: Final = 1.0
"""In changes: of a second level of noise. That it stays for a while costs likelihood already."""

MODES_STEPS: Final = 3
"""The strongest steps, each of which may be real beside two levels of noise."""

WINDOW: Final = 9
CUT: Final = 3.5
"""Robust deviations from the running median of `WINDOW` points; what lies farther is cut."""

TO_SIGMA: Final = 1.4826
"""From the median absolute deviation to the standard deviation, of normal figures."""

RECENT: Final = 4.0
"""Deviations by which the newest figures, fewer than `REACH`, differ to be suspected."""

SUSPECT_MAX: Final = 0.5
"""Confidence of what rests on the newest figures alone."""


SCATTER_MAX: Final = 0.12
"""Of a commit and the next, as a share. Figures that scatter more follow whatever else the machine
did; on such series with nothing in them one in twenty showed a step."""


def detect(values: Sequence[float] | Array) -> list[Change]:
    """Return the changes of a history, oldest first: those that are sure, and suspects.

    Args:
        values: one positive figure a commit, oldest first, in any unit.

    Law:     another unit changes no index; the reversed history has the mirrored steps.
    Cost:    some 10 ms for 100 points, 40 where noise has two levels.
    Raises:  ValueError, for figures that are not finite.
    """
    figures = np.asarray(values, dtype=np.float64)
    if not np.isfinite(figures).all():
        raise ValueError("values: every figure must be finite; leave out commits without one")
    if exact.is_exact(figures):
        return exact.changes(figures)
    if len(figures) < POINTS_MIN or figures.min() <= 0:
        return []
    logs = np.log(figures)
    surely = _changes(logs, PRICE)
    if scatter(logs) > SCATTER_MAX:
        surely = [_doubted(each) for each in surely]
    kept = [each for each in surely if each.is_sure]
    others = [*surely, *_changes(logs, SUSPECT_PRICE), *_recent(logs)]
    for each in sorted(others, key=lambda change: -change.confidence):
        if all(abs(each.index - known.index) >= REACH for known in kept):
            kept.append(each if each in surely else _doubted(each))
    return sorted(kept, key=lambda change: change.index)


def scatter(logs: Array) -> float:
    """Return the robust standard deviation of a figure, from what neighbours differ by."""
    apart = np.diff(logs)
    spread = float(np.median(np.abs(apart - np.median(apart))))
    return TO_SIGMA * spread / math.sqrt(2)


def cut(logs: Array) -> Array:
    """Bring figures far from their neighbours nearer, so that one alone says little."""
    middle = median_filter(logs, size=min(WINDOW, len(logs) // 2 * 2 - 1), mode="nearest")
    rest = logs - middle
    limit = CUT * TO_SIGMA * float(np.median(np.abs(rest)))
    return np.asarray(middle + np.clip(rest, -limit, limit), dtype=np.float64)


def settled(raw: Array, price: float) -> Explanation:
    """Explain the figures; where their noise has two levels, without the upper one."""
    logs, n = cut(raw), len(raw)
    reach = min(REACH, n // 3)
    found = explain(logs, price=price, reach=reach)
    steps = [each for each in locate(found, reach) if each.kind is Kind.STEP]
    if not steps or len(steps) < len(found.chosen):
        return found
    strongest = sorted(steps, key=lambda each: -each.gain)[:MODES_STEPS]
    tops = [each.index for each in strongest]
    two = modes(raw, [(), *((top,) for top in tops), *combinations(tops, 2)])
    cost = found.cost + (n - 1) * (1 + math.log(2 * math.pi / (n - 1)))
    if -2 * two.likelihood + price * (len(two.steps) + MODES_PRICE) >= cost:
        return found
    return explain(cut(raw - two.height * two.upper), price=price, reach=reach)


def _changes(logs: Array, price: float) -> list[Change]:
    found = locate(settled(logs, price), min(REACH, len(logs) // 3))
    return [change for each in found if (change := _change(logs, found, each))]


def _change(logs: Array, found: Sequence[Found], each: Found) -> Change | None:
    """Say what was found in the unit of the figures; None of a creep that is no trend."""
    n = len(logs)
    # Posterior odds of a change against none, where the price is the prior's.
    real = 1 / (1 + math.exp(min(700.0, (PRICE - each.gain) / 2)))
    size, near = each.size, each.near
    if each.kind is Kind.CREEP:
        part = _without_steps(logs, found)[each.earliest : each.latest]
        rise = trend(part)
        if rise.p > ALPHA or rise.slope * size <= 0:
            return None
        size = rise.slope * len(part)
    ends = [other.index for other in found if other.index < each.index]
    start = max(ends, default=0)
    before = float(np.median(logs[start : max(each.index, start + 1)]))
    return Change(
        kind=each.kind,
        index=each.index,
        before=math.exp(before),
        after=math.exp(before + size),
        earliest=each.earliest,
        latest=min(each.latest, n - 1),
        confidence=real * near,
    )


def _without_steps(logs: Array, found: Sequence[Found]) -> Array:
    steps = [each for each in found if each.kind is Kind.STEP]
    columns = shapes(len(logs))
    total = np.zeros(len(logs))
    for each in steps:
        total += each.size * columns[:, each.index - 1]
    return np.asarray(logs - total, dtype=np.float64)


def _doubted(change: Change) -> Change:
    """Return the change as a suspect: what only a lower price found is never sure."""
    return Change(
        kind=change.kind,
        index=change.index,
        before=change.before,
        after=change.after,
        earliest=change.earliest,
        latest=change.latest,
        confidence=min(change.confidence, SUSPECT_MAX),
    )


def _recent(logs: Array) -> list[Change]:
    """Suspect the newest figures where they are too few to judge and differ from those before."""
    n = len(logs)
    best: tuple[float, int, float, float] | None = None
    for count in range(1, min(REACH, n - POINTS_MIN + 2)):
        old, new = logs[max(0, n - count - 3 * REACH) : n - count], logs[n - count :]
        middle = float(np.median(old))
        scale = TO_SIGMA * float(np.median(np.abs(old - middle))) + 1e-12
        size = float(np.median(new)) - middle
        far = abs(size) / (scale * math.sqrt(1 / count + 1 / len(old)))
        if far > RECENT and (best is None or far > best[0]):
            best = (far, n - count, middle, size)
    if best is None:
        return []
    _, at, middle, size = best
    return [
        Change(
            kind=Kind.STEP,
            index=at,
            before=math.exp(middle),
            after=math.exp(middle + size),
            earliest=max(1, at - 3),
            latest=min(at + 3, n - 1),
            confidence=SUSPECT_MAX / 2,
        )
    ]
