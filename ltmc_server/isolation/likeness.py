"""Texts that are like a query."""

from typing import Any, Final

from ltmc_server.isolation.child import open_no_more_files

SCORE_MIN: Final = 50.0
"""Of 100; below it a text is not like the query."""


def ranked(texts: list[str], query: str, window: tuple[int, int]) -> dict[str, Any]:
    """Return what is like the query, the most like first.

    Args:
        texts: to choose from.
        query: what to look for; case and signs do not matter.
        window: how many to skip, and how many to return.
    """
    from rapidfuzz import fuzz, process, utils

    open_no_more_files()
    found = process.extract(
        query,
        texts,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=None,
        score_cutoff=SCORE_MIN,
    )
    best_first = sorted(found, key=lambda one: (-one[1], one[2]))
    skip, count = window
    items = [
        {"index": index, "value": text, "score": round(score / 100, 4)}
        for text, score, index in best_first[skip : skip + count]
    ]
    return {"items": items, "total": len(found)}
