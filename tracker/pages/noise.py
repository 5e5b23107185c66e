"""The noise floors that were measured, for a page that must come out whatever the file holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.comparing.errors import InvalidFloors
from tracker.comparing.floors import Noise, read
from tracker.judging.verdict import floor_of

KINDS: Final = ("cpu", "figure", "wall")
"""What identical commits were compared by; the first that was measured is shown."""


@dataclass(frozen=True, slots=True)
class Floor:
    """From which change on a benchmark has moved: a share, from so many runs."""

    share: float
    runs: int
    kind: str = ""


def floors(results_dir: Path) -> dict[str, Floor]:
    """Return benchmark → noise floor; nothing where nothing was measured, or the file is torn."""
    try:
        measured = read(results_dir)
    except InvalidFloors:
        return {}
    shown = {name: _floor(noise) for name, noise in sorted(measured.items())}
    return {name: floor for name, floor in shown.items() if floor}


def _floor(noise: Noise) -> Floor | None:
    for kind in KINDS:
        changes: tuple[float, ...] = getattr(noise, kind)
        if changes:
            return Floor(floor_of(changes), len(changes), kind)
    return None
