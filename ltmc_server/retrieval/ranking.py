"""How well a passage answers a question, from what the views say of it."""

from dataclasses import dataclass
from typing import Final

from ltmc_server.model import Mode

BM25_HALF: Final = 4.0
"""A BM25 sum that counts half. Sums have no upper end; this maps them into [0, 1)."""

CONFIDENT: Final = 0.2
"""A best score from here on is believed to be an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the views say of one passage; None where a view did not name it."""

    bm25: float | None = None
    cosine: float | None = None

    @property
    def matched_by(self) -> list[str]:
        """Name the views that found it."""
        by_words = ["keyword"] if self.bm25 is not None else []
        return by_words + (["semantic"] if (self.cosine or 0) > 0 else [])


def score(signals: Signals, mode: Mode, cosine_share: float) -> float:
    """Return how well a passage answers, in [0, 1].

    A convex sum of two scores on fixed scales, so that a number means the same for each
    question: the cosine, and a BM25 sum b as b / (b + 4). `cosine_share` is the embedder's.
    """
    bm25 = max(0.0, signals.bm25 or 0.0)
    by_words = bm25 / (bm25 + BM25_HALF)
    by_meaning = min(1.0, max(0.0, signals.cosine or 0.0))
    match mode:
        case "keyword":
            return round(by_words, 4)
        case "semantic":
            return round(by_meaning, 4)
        case "hybrid":
            return round(cosine_share * by_meaning + (1 - cosine_share) * by_words, 4)
