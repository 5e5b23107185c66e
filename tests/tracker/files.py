"""Files of results, as asv writes them."""

from typing import Any

COLUMNS = ["result", "params", "version", "started_at", "duration", "stats_ci_99_a",
           "stats_ci_99_b", "stats_q_25", "stats_q_75", "stats_number", "stats_repeat"]  # fmt: skip


def results(row: list[object], **more: object) -> dict[str, Any]:
    """Return a file of results with one benchmark."""
    return {
        "commit_hash": "0" * 40, "env_name": "locked-py3.11", "date": 0, "python": "3.11",
        "params": {"machine": "reference", "python": "3.11"}, "requirements": {}, "env_vars": {},
        "result_columns": COLUMNS, "results": {"a.time_b": row}, "durations": {}, "version": 2,
        **more,
    }  # fmt: skip


def timed(number: int, repeat: int) -> list[object]:
    """Return the row of a timed benchmark."""
    return [[0.1], [], "1", 0, 1.0, [0.05], [0.15], [0.09], [0.11], [number], [repeat]]
