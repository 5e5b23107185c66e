"""The noise floors that were measured, for a page that must come out whatever the file holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final

from tracker.judging.verdict import floor_of
from tracker.result_files import JUDGING

FILE: Final = "noise.json"

KINDS: Final = ("cpu", "figure", "wall")
"""What identical commits were compared by; the first that was measured is shown."""


@dataclass(frozen=True, slots=True)
class Floor:
    """From which change on a benchmark has moved: a share, from so many runs."""

    share: float
    runs: int
    kind: str = ""


def floors(results_dir: Path) -> dict[str, Floor]:
    """Return benchmark → noise floor; nothing where nothing was measured."""
    try:
        content = json.loads((results_dir / JUDGING / FILE).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    cases = content.get("cases", content) if isinstance(content, dict) else {}
    if not isinstance(cases, dict):
        return {}
    read = {name: _floor(case) for name, case in sorted(cases.items()) if isinstance(case, dict)}
    return {name: floor for name, floor in read.items() if floor}


def _floor(case: Mapping[str, Any]) -> Floor | None:
    share, runs = case.get("floor"), case.get("runs")
    if isinstance(share, int | float) and _is_number(share) and isinstance(runs, int):
        return Floor(float(share), runs)
    for kind in KINDS:
        changes = case.get(kind)
        if isinstance(changes, list) and changes and all(map(_is_number, changes)):
            return Floor(floor_of(changes), len(changes), kind)
    return None


def _is_number(value: Any) -> bool:  # noqa: ANN401  JSON is anything
    return isinstance(value, int | float) and isfinite(value)
