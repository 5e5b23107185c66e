"""An evaluation of the judge, made up: of the form, not of the figures."""

from typing import Any


def score(f1: float, recall_by_size: dict[str, float] | None = None) -> dict[str, Any]:
    """Return what is kept of one detector on one part of the series."""
    figures = {
        "precision": f1, "recall": f1, "f1": f1, "hits": 8, "false": 2, "missed": 2, "series": 40,
        "nulls": 10, "nulls_flagged": 0.1, "false_per_100_series": 5.0,
        "false_per_100_commits": 0.07,
        "recall_by_size": recall_by_size or {"2": 0.1, "10": 0.5, "50": 1.0},
    }  # fmt: skip
    return {"both": figures, "up": {**figures, "f1": f1 / 2}}


def share(hits: int, of: int) -> dict[str, float]:
    """Return so many of so many."""
    return {"hits": hits, "of": of, "low": max(hits / of - 0.1, 0), "high": min(hits / of + 0.1, 1)}


def evaluation() -> dict[str, Any]:
    """Return all parts."""
    names = {"ours, confirmed (simulated)": 0.9, "ours": 0.8, "asv, regressions": 0.6}
    parts = ("synthetic", "total", "real, wall", "syn:white")
    return {
        "series": {
            "counted": 40,
            "detectors": {name: {part: score(f1) for part in parts} for name, f1 in names.items()},
            "comparisons_per_series": {"ours, confirmed (simulated)": 0.6},
            "delays": {"ours": {"median_commits": 3, "found": 20, "series": 24}},
        },
        "creep": {
            "series": 60, "recall_by_rate": {"0.25 %": 0.8, "1 %": 1.0}, "called_step": 0.1,
            "others": 400, "others_called_creep": 0.02,
        },
        "live": {
            "silence": {
                "comparisons": 20, "red": share(0, 200), "yellow": share(1, 200),
                "asv": share(30, 200),
            },
            "named": [
                {"fault": "fsync", "says": "syncs twice", "counter": "fsyncs",
                 "first": "tools.memory.At1k.time_store", "is_first_right": True, "colour": "red",
                 "asv": "same"},
                {"fault": "log", "says": "flushes its log", "counter": "", "first": "",
                 "is_first_right": False, "colour": "", "asv": ""},
            ],
            "power": [{"benchmark": "tools.memory.At1k.time_get", "size": 0.05, "pairs": 12.5,
                       "found": share(9, 10), "asv": share(2, 10), "measured": [0.05]}],
            "searches": [{"by": "time", "found": share(8, 8), "asv_find": share(2, 8)}],
            "failed": ["same/3: took too long"],
            "seconds": 900.0,
        },
    }  # fmt: skip
