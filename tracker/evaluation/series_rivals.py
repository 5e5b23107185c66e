"""The detectors: ours, and others on the same series."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from tracker.detection.model import Change, Kind
from tracker.evaluation.series_scoring import Flag

Detector: TypeAlias = Callable[[Sequence[float]], list[Flag]]

ASV_THRESHOLD: Final = 0.05
"""`regressions_thresholds`, asv's default."""

ASV_SIZE_MIN: Final = 2
"""Commits that a step lasts, as `asv publish` asks."""

RBF_PENALTY: Final = 1.5
"""Times log(commits)."""
RBF_SIZE_MIN: Final = 3
RBF_CHANGE_MIN: Final = 0.02

ROLLING: Final = 5
ROLLING_RATIO: Final = 1.1


def ours(figures: Sequence[float]) -> list[Flag]:
    """Return what our detector is sure of, by the series alone."""
    from tracker.detection.detector import detect

    return sure_steps(detect(figures))


def sure_steps(changes: Iterable[Change]) -> list[Flag]:
    """Return what is reported without measuring again."""
    return [
        Flag(each.index, each.ratio > 1)
        for each in changes
        if each.is_sure and each.kind is Kind.STEP
    ]


def asv_steps(figures: Sequence[float]) -> list[Flag]:
    """Return the steps that asv draws, of 5 % or more, both ways."""
    from asv.step_detect import detect_steps

    flags = []
    for (_, _, before, *_), (start, _, after, *_) in pairwise(detect_steps(list(figures))):
        if max(before, after) > min(before, after) * (1 + ASV_THRESHOLD):
            flags.append(Flag(int(start), after > before))
    return flags


def asv_regressions(figures: Sequence[float]) -> list[Flag]:
    """Return what `asv publish` lists: slow-downs of 5 % that have not been taken back."""
    from asv.step_detect import detect_regressions, detect_steps

    steps = detect_steps(list(figures))
    *_, found = detect_regressions(steps, threshold=ASV_THRESHOLD, min_size=ASV_SIZE_MIN)
    return [Flag(int(each[1]), is_up=True) for each in found or ()]


def rbf(figures: Sequence[float]) -> list[Flag]:
    """PELT with an rbf cost (ruptures), steps of 2 % or more."""
    import numpy as np
    import ruptures

    logs = np.log(figures)
    search = ruptures.Pelt(model="rbf", min_size=RBF_SIZE_MIN, jump=1).fit(logs[:, None])
    ends = [0, *search.predict(pen=RBF_PENALTY * np.log(len(logs)))]
    levels = [(a, float(np.median(logs[a:b]))) for a, b in pairwise(ends)]
    return [
        Flag(start, after > before)
        for (_, before), (start, after) in pairwise(levels)
        if abs(after - before) > np.log1p(RBF_CHANGE_MIN)
    ]


def rolling(figures: Sequence[float]) -> list[Flag]:
    """Compare the median of 5 commits with that of the 5 before, at a ratio of 1.1."""
    from statistics import median

    flags: list[Flag] = []
    for at in range(ROLLING, len(figures) - ROLLING + 1):
        before = median(figures[at - ROLLING : at])
        after = median(figures[at : at + ROLLING])
        is_new = not flags or at - flags[-1].index >= ROLLING
        if is_new and max(before, after) > min(before, after) * ROLLING_RATIO:
            flags.append(Flag(at, after > before))
    return flags


OURS: Final = "ours"

RIVALS: Final[Mapping[str, Detector]] = {
    "asv, steps": asv_steps,
    "asv, regressions": asv_regressions,
    "PELT rbf": rbf,
    "rolling median": rolling,
}

DETECTORS: Final[Mapping[str, Detector]] = {OURS: ours, **RIVALS}

ONLY_UP: Final = frozenset({"asv, regressions"})
"""They never say that something became faster; judged on slow-downs alone."""
