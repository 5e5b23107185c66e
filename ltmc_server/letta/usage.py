"""Tokens that steps took, added up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

Object: TypeAlias = dict[str, Any]

TOKENS: Final = ("prompt_tokens", "completion_tokens", "total_tokens")


def summary(runs: Sequence[Object], steps: Sequence[Object]) -> Object:
    """Return how much `runs`, newest first, and their `steps` took, whole and per model.

    Tokens that Letta does not know of a step count as none; how many such steps there are is said.
    """
    by_model: dict[str, list[Object]] = defaultdict(list)
    for step in steps:
        by_model[step.get("model_handle") or step.get("model") or "unknown"].append(step)
    uncounted = sum(step.get("total_tokens") is None for step in steps)
    times = sorted(run["created_at"] for run in runs if run.get("created_at"))
    return {
        "runs": len(runs),
        "steps": len(steps),
        **_sum(steps),
        "steps_failed": sum(step.get("status") == "failed" for step in steps) or None,
        "steps_without_tokens": uncounted or None,
        "by_model": {
            model: {"steps": len(those), **_sum(those)} for model, those in sorted(by_model.items())
        },
        "from": times[0] if times else None,
        "to": times[-1] if times else None,
    }


def _sum(steps: Iterable[Object]) -> Object:
    held = list(steps)
    return {name: sum(step.get(name) or 0 for step in held) for name in TOKENS}
