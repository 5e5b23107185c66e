"""What was measured, as it is kept: every sample, and under which circumstances."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from tracker.peers.catalogue import FindsBy, Setting
from tracker.peers.errors import NothingMeasured


class Machine(BaseModel):
    """Where it was measured, without a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    processor: str
    processors: int
    memory_bytes: int
    system: str
    load_before: float
    """Of the last minute, when the run began; the run itself is not in it."""


class Loss(BaseModel):
    """What became of notes that were acknowledged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wanted: int
    acknowledged: int
    looked_for: int
    """Fewer than acknowledged where time ran out."""
    lost: int
    why: str = ""
    """What the server said of those that it did not acknowledge."""


class Row(BaseModel):
    """One server in one configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    is_ours: bool
    finds_by: FindsBy
    search: str
    """How it finds, in two or three words."""
    about: str
    settings: Mapping[str, Setting] = {}
    versions: Mapping[str, str] = {}
    unavailable: str | None = None
    """Why there are no figures at all."""
    samples: Mapping[str, tuple[tuple[float, ...], ...]] = {}
    """Figure → the samples of each turn, in SI units; `figures` says which there are."""
    asked: int = 0
    """Calls to store and to find."""
    failures: int = 0
    """Those of them that were refused, or not answered in time, or never."""
    losses: Mapping[str, Loss] = {}
    remarks: tuple[str, ...] = ()
    """What went wrong, and what was cut short."""

    def values(self, name: str) -> list[float]:
        """Return the samples of all turns."""
        return [value for turn in self.samples.get(name, ()) for value in turn]


class Samples(BaseModel):
    """One run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measured_at: datetime
    took_s: float
    commit: str
    is_clean: bool
    client: Mapping[str, str]
    """Versions of what asked."""
    notes: int
    questions: int
    answered: int
    """Questions that a note answers: by them the answers are judged."""
    machine: Machine
    rows: tuple[Row, ...]


def read(file: Path) -> Samples:
    """Return a run that was kept.

    Raises:
        NothingMeasured: there is none, or it is of another form.
    """
    try:
        return Samples.model_validate_json(file.read_text("utf-8"))
    except OSError as error:
        raise NothingMeasured(file, "it is not there") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise NothingMeasured(file, f"{where}: {first['msg']}") from error


def write(samples: Samples, file: Path) -> None:
    """Keep a run, rounded to four digits: more is noise. Written beside, then moved."""
    content = samples.model_dump(mode="json")
    for row in content["rows"]:
        row["samples"] = {
            name: [[float(f"{value:.4g}") for value in turn] for turn in turns]
            for name, turns in row["samples"].items()
        }
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(_on_few_lines(content) + "\n", "utf-8")
    unfinished.replace(file)


def _on_few_lines(content: Mapping[str, object]) -> str:
    """Return JSON with a line a turn of samples: a diff of two runs can be read."""
    spread = json.dumps(content, indent=1, ensure_ascii=False)
    parts = spread.split("[")
    return "[".join([parts[0], *map(_joined, parts[1:])])


def _joined(part: str) -> str:
    numbers, closing, rest = part.partition("]")
    if '"' in numbers or "{" in numbers:
        return part
    return " ".join(numbers.split()) + closing + rest
