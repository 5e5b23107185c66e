"""Labelled series: histories of which it is known what changed, and when."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from tracker.evaluation.errors import InvalidSeries

DEFAULT: Final = Path(__file__).parent / "data" / "labelled-series.npz"

KINDS: Final = ("null", "up", "down", "updown")

FIELDS: Final = {"Y": "f", "fam": "U", "kind": "U", "idx": "iu", "ratio": "f", "idx2": "iu"}
"""The arrays of a file, and the kinds of number each may hold."""

SERIES_MAX: Final = 20_000
POINTS_MIN: Final = 8
POINTS_MAX: Final = 1_000

GROUPS: Final = ("synthetic", "real, CPU / calibration", "real, wall")


@dataclass(frozen=True, slots=True)
class Event:
    """One true change: its first commit, and the ratio of the levels."""

    index: int
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One series and its truth; no events, nothing changed."""

    number: int
    family: str
    figures: tuple[float, ...]
    """Seconds, one a commit."""
    events: tuple[Event, ...]

    @property
    def group(self) -> str:
        """Of what make its noise is."""
        if self.family.startswith("syn:"):
            return GROUPS[0]
        return GROUPS[1] if self.family.endswith(":nrm") else GROUPS[2]


def read(file: Path) -> list[Labelled]:
    """Read a file of labelled series.

    Raises:
        InvalidSeries: it is none; every array that is wrong is named.
    """
    try:
        with np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in FIELDS if name in content.files}
    except FileNotFoundError:
        raise InvalidSeries(file, ["there is no such file"]) from None
    except (OSError, ValueError, zipfile.BadZipFile, AttributeError, EOFError) as error:
        raise InvalidSeries(file, [f"it is no .npz of plain arrays ({error})"]) from error
    problems = _shapes(arrays) or _contents(arrays)
    if problems:
        raise InvalidSeries(file, problems)
    return [_labelled(arrays, number) for number in range(len(arrays["Y"]))]


def _shapes(arrays: Mapping[str, Any]) -> list[str]:
    problems = [f"{name}: is missing" for name in FIELDS if name not in arrays]
    problems += [
        f"{name}: holds {array.dtype}, expected {_words(FIELDS[name])}"
        for name, array in arrays.items()
        if array.dtype.kind not in FIELDS[name]
    ]
    if problems:
        return problems
    shape = arrays["Y"].shape
    if len(shape) != 2:  # series by points
        return [f"Y: has {len(shape)} dimensions, expected 2 (series, points)"]
    if not 1 <= shape[0] <= SERIES_MAX or not POINTS_MIN <= shape[1] <= POINTS_MAX:
        problems.append(
            f"Y: is {shape[0]} x {shape[1]}, expected 1 to {SERIES_MAX} series"
            f" of {POINTS_MIN} to {POINTS_MAX} points"
        )
    problems += [
        f"{name}: has shape {arrays[name].shape}, expected ({shape[0]},)"
        for name in FIELDS
        if name != "Y" and arrays[name].shape != shape[:1]
    ]
    return problems


def _words(kinds: str) -> str:
    return {"f": "floats", "U": "text", "iu": "integers"}[kinds]


def _contents(arrays: Mapping[str, Any]) -> list[str]:
    figures, kind, points = arrays["Y"], arrays["kind"], arrays["Y"].shape[1]
    problems = []
    if not (np.isfinite(figures).all() and (figures > 0).all()):
        problems.append("Y: every figure must be finite and above 0")
    if strange := sorted({str(each) for each in kind} - set(KINDS)):
        problems.append(f"kind: knows {', '.join(KINDS)}, not {', '.join(strange)}")
    changed = kind != "null"
    both = kind == "updown"
    index, again = arrays["idx"], arrays["idx2"]
    if ((index[changed] < 1) | (index[changed] >= points)).any():
        problems.append(f"idx: of a changed series must lie between 1 and {points - 1}")
    if ((again[both] <= index[both]) | (again[both] >= points)).any():
        problems.append(f"idx2: of an updown must lie between idx and {points - 1}")
    ratio = arrays["ratio"][changed]
    if not (np.isfinite(ratio).all() and (ratio > 0).all() and (ratio != 1).all()):
        problems.append("ratio: of a changed series must be above 0 and not 1")
    return problems


def _labelled(arrays: Mapping[str, Any], number: int) -> Labelled:
    kind, ratio = str(arrays["kind"][number]), float(arrays["ratio"][number])
    events = [] if kind == "null" else [Event(int(arrays["idx"][number]), ratio)]
    if kind == "updown":
        events.append(Event(int(arrays["idx2"][number]), 1 / ratio))
    return Labelled(
        number=number,
        family=str(arrays["fam"][number]),
        figures=tuple(arrays["Y"][number].astype(float).tolist()),
        events=tuple(events),
    )
