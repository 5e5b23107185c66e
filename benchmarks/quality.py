"""Does it find what was meant, and does it know when it has not?

`python -m benchmarks.quality` prints all of it as tables, kind of question by kind.
"""

import sys
from typing import ClassVar, TypeAlias

from benchmarks.labelled.asking import MODES, answers, confidence, quality
from benchmarks.labelled.loading import NAMES
from benchmarks.marks import unit

Figures: TypeAlias = dict[str, dict[str, dict[str, float]]]
"""By set, mode and metric."""


def setup_cache() -> Figures:
    """Put every question of every set to a server, in each mode."""
    asked = {name: answers(name) for name in NAMES}
    return {
        name: {mode: quality(some) | confidence(some) for mode, some in by_mode.items()}
        for name, by_mode in asked.items()
    }


# Embedding a thousand texts takes a while where the machine is slow.
setup_cache.timeout = 300  # type: ignore[attr-defined]


class OfLabelledSets:
    """Ten texts for each question of a set.

    The sets: 253 notes of an agent, 143 sections of our pages, some 200 functions to be found by
    their docstrings, 60 notes in Chinese, Japanese, Korean and Thai, 83 turns of conversations.

    Asks:   is the right text found, and how far up: by meaning, by words, by both?
    Unit:   shares of 1; 1 is best.
    Noise:  none; the questions about code change with the minor version of Python.
    """

    version = "1"
    param_names: ClassVar = ["set", "mode"]
    params: ClassVar = [NAMES, MODES]

    @unit("of 1", less_is_better=False)
    def track_ndcg_at_10(self, figures: Figures, name: str, mode: str) -> float:
        return figures[name][mode]["nDCG@10"]

    @unit("of 1", less_is_better=False)
    def track_hit_at_10(self, figures: Figures, name: str, mode: str) -> float:
        return figures[name][mode]["hit@10"]

    @unit("of 1", less_is_better=False)
    def track_mrr_at_10(self, figures: Figures, name: str, mode: str) -> float:
        return figures[name][mode]["MRR@10"]

    @unit("of 1", less_is_better=False)
    def track_recall_at_5(self, figures: Figures, name: str, mode: str) -> float:
        return figures[name][mode]["recall@5"]


class HybridOverAlone:
    """The search by both, over the better of meaning alone and words alone.

    Asks:   does putting the two together ever find less than the better one of them does?
    Unit:   a ratio within this run; 1 is no worse.
    Noise:  none.
    """

    version = "1"
    param_names: ClassVar = ["set"]
    params: ClassVar = [NAMES]

    @unit("× the better one", less_is_better=False)
    def track_ndcg_at_10(self, figures: Figures, name: str) -> float:
        return _over_alone(figures[name], "nDCG@10")

    @unit("× the better one", less_is_better=False)
    def track_hit_at_10(self, figures: Figures, name: str) -> float:
        return _over_alone(figures[name], "hit@10")


class OfConfidence:
    """The flag `confident`, over questions that a set answers and some that it does not.

    Asks:   does the server say so when it has not found an answer?
    Unit:   shares of 1; 1 is best.
    Noise:  none.
    """

    version = "1"
    param_names: ClassVar = ["set"]
    params: ClassVar = [NAMES]

    @unit("of 1", less_is_better=False)
    def track_precision(self, figures: Figures, name: str) -> float:
        return figures[name]["hybrid"]["precision"]

    @unit("of 1", less_is_better=False)
    def track_recall(self, figures: Figures, name: str) -> float:
        return figures[name]["hybrid"]["recall"]


def _over_alone(by_mode: dict[str, dict[str, float]], metric: str) -> float:
    alone = max(by_mode["semantic"][metric], by_mode["keyword"][metric])
    return by_mode["hybrid"][metric] / alone


if __name__ == "__main__":
    from benchmarks.labelled.table import main

    sys.exit(main())
