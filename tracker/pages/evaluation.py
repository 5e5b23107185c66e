"""What judge.html reads of `results/judging/evaluation.json`.

The page must come out whatever the file holds: a part that is missing or of another form is None,
and the page says so.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.result_files import JUDGING

FILE: Final = "evaluation.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Score(_Part):
    """What a detector said of labelled series, against what was true: shares, and counts."""

    precision: float
    recall: float
    f1: float
    series: int
    nulls: int
    nulls_flagged: float
    """Of the series in which nothing changed, the share in which it saw something."""
    false_per_100_commits: float
    recall_by_size: dict[str, float] = {}
    """Size of the change in percent → recall."""


class Directions(_Part):
    """Of changes both ways, and of those for the worse alone."""

    both: Score
    up: Score


class Delay(_Part):
    """How many commits of the new level a detector had to see."""

    median_commits: float | None
    found: int
    series: int


class LabelledSeries(_Part):
    """Detectors of steps in histories, by name and by part of the series."""

    detectors: dict[str, dict[str, Directions]] = Field(min_length=1)
    delays: dict[str, Delay] = {}


class Creep(_Part):
    """Histories that grow worse by a little with every commit."""

    series: int
    recall_by_rate: dict[str, float]
    others: int
    others_called_creep: float


class Share(_Part):
    """So many of so many, and between which shares the truth is with 95 %."""

    hits: int
    of: int
    low: float
    high: float


class Silence(_Part):
    """What was said of commits between which nothing changed."""

    comparisons: int
    red: Share
    yellow: Share
    asv: Share


class Named(_Part):
    """What became of one mistake that was put into the server."""

    says: str
    counter: str
    first: str
    is_first_right: bool
    colour: str
    asv: str


class Power(_Part):
    """How often more work of one size was found."""

    benchmark: str
    size: float
    found: Share
    asv: Share
    pairs: float


class Search(_Part):
    """How often the commit to blame was named."""

    by: str
    found: Share
    asv_find: Share


class Live(_Part):
    """The judge of pull requests, on commits of this server made for it."""

    silence: Silence
    named: tuple[Named, ...] = ()
    power: tuple[Power, ...] = ()
    searches: tuple[Search, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The parts that were measured, and can be read."""

    series: LabelledSeries | None = None
    creep: Creep | None = None
    live: Live | None = None
    unreadable: tuple[str, ...] = ()
    """Parts that are there in another form than this page knows."""


_Model = TypeVar("_Model", bound=_Part)


def read(results_dir: Path) -> Evaluation:
    """Return what was measured; of a repository that measured nothing, nothing."""
    try:
        content = json.loads((results_dir / JUDGING / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return Evaluation()
    except ValueError:
        return Evaluation(unreadable=(FILE,))
    if not isinstance(content, dict):
        return Evaluation(unreadable=(FILE,))
    unreadable: list[str] = []

    def part(name: str, model: type[_Model]) -> _Model | None:
        if content.get(name) is None:
            return None
        told = content[name]
        # The figures may stand beside when and of which commit they were measured.
        inner = told.get("figures", told) if isinstance(told, dict) else told
        try:
            return model.model_validate(inner)
        except ValidationError:
            unreadable.append(name)
            return None

    parts = part("series", LabelledSeries), part("creep", Creep), part("live", Live)
    return Evaluation(*parts, tuple(unreadable))
