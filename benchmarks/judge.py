"""How good is the judge of histories, on series whose truth is known?"""

import sys
from pathlib import Path
from typing import ClassVar

from benchmarks.marks import unit

EVERY: int = 23
"""Of the labelled series each so-manieth is asked about, that a run takes seconds."""


class OfHistories:
    """The steps found in some labelled series, by the series alone.

    Asks:   how many real steps are found, how many claims are right, how often a false alarm?
    Unit:   shares of 1.
    Noise:  none; another version of numpy may move the last digit.
    """

    version = "1"
    param_names: ClassVar = ["noise"]
    params: ClassVar = [["synthetic", "real, CPU / calibration"]]

    def setup_cache(self) -> dict[str, dict[str, float]]:
        """Score both groups once; empty where this commit has no detector to run."""
        # asv finds `benchmarks` by itself, and nothing that lies beside it.
        sys.path.append(str(Path(__file__).parents[1]))
        try:
            import ruptures  # noqa: F401
            import scipy  # noqa: F401

            from tracker.evaluation.series import DEFAULT, read
            from tracker.evaluation.series_rivals import ours
            from tracker.evaluation.series_scoring import Score
        except ImportError:
            return {}
        scores = {group: Score() for group in self.params[0]}
        for one in read(DEFAULT)[::EVERY]:
            if one.group in scores:
                scores[one.group].add(ours(one.figures), one)
        return {
            group: {
                "f1": score.f1,
                "precision": score.precision,
                "flagged": score.nulls_flagged / max(score.nulls, 1),
            }
            for group, score in scores.items()
        }

    setup_cache.timeout = 300  # type: ignore[attr-defined]

    def setup(self, figures: dict[str, dict[str, float]], noise: str) -> None:
        if not figures:
            raise NotImplementedError("the environment of this commit has no detector to run")

    @unit("of 1", less_is_better=False)
    def track_f1(self, figures: dict[str, dict[str, float]], noise: str) -> float:
        return figures[noise]["f1"]

    @unit("of 1", less_is_better=False)
    def track_precision(self, figures: dict[str, dict[str, float]], noise: str) -> float:
        return figures[noise]["precision"]

    @unit("of 1")
    def track_unchanged_flagged(self, figures: dict[str, dict[str, float]], noise: str) -> float:
        return figures[noise]["flagged"]
