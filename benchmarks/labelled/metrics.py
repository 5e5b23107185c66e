"""How good a ranking is, by the names found and the names that are right.

Source:  the usual definitions, as in trec_eval; the cut is at 10, relevance is yes or no.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from math import log2
from typing import Final

CUT: Final = 10

RECALL_CUT: Final = 5
"""What an agent reads of a list."""


def ndcg(found: Sequence[str], right: Collection[str]) -> float:
    """Return the discounted gain of the first ten over that of the best order there could be."""
    best = sum(1 / log2(rank + 1) for rank in range(1, min(CUT, len(right)) + 1))
    return sum(1 / log2(rank + 1) for rank in _ranks(found, right)) / best


def hit(found: Sequence[str], right: Collection[str]) -> float:
    """Return 1 if any of the first ten is right."""
    return float(any(_ranks(found, right)))


def mrr(found: Sequence[str], right: Collection[str]) -> float:
    """Return one over the rank of the first right one; 0 if none of the first ten is."""
    return 1 / min(_ranks(found, right), default=float("inf"))


def recall(found: Sequence[str], right: Collection[str]) -> float:
    """Return how many of the right ones are in the first five, of as many as can be there."""
    return len(_ranks(found[:RECALL_CUT], right)) / min(RECALL_CUT, len(right))


METRICS: Final[Mapping[str, Callable[[Sequence[str], Collection[str]], float]]] = {
    "nDCG@10": ndcg,
    "hit@10": hit,
    "MRR@10": mrr,
    "recall@5": recall,
}


def _ranks(found: Sequence[str], right: Collection[str]) -> list[int]:
    return [rank for rank, name in enumerate(found[:CUT], start=1) if name in right]
