"""The noise floor of each benchmark: `results/judging/noise.json`, measured by `noise`."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from tracker.comparing.errors import InvalidFloors
from tracker.judging.verdict import FLOOR_MIN, floor_of
from tracker.result_files import JUDGING

FILE: Final = "noise.json"
SCHEMA: Final = 1

RUNS_MIN: Final = 4
"""Quartiles of fewer are guesses; a benchmark that has fewer counts as not measured."""

WALL_UNMEASURED: Final = 0.15
"""The upper end of what identical commits differed by, in wall time, on shared machines."""


class Noise(BaseModel):
    """By what share identical commits differed in one case, one figure a run.

    Of `cpu` and `figure`, the part that chance does not explain; of `wall`, all of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu: tuple[FiniteFloat, ...] = ()
    wall: tuple[FiniteFloat, ...] = ()
    figure: tuple[FiniteFloat, ...] = ()
    """Of what is run whole: `track_*`, `peakmem_*`."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: int = Field(alias="schema", ge=SCHEMA, le=SCHEMA)
    pairs: int = Field(ge=1)
    """Of processes, in each run."""
    commit: str
    cases: dict[str, Noise]


@dataclass(frozen=True, slots=True)
class Floor:
    """From which change on a benchmark has moved: a share."""

    cpu: float = FLOOR_MIN
    wall: float = WALL_UNMEASURED
    figure: float = FLOOR_MIN
    runs: int = 0
    """How many runs of identical commits it rests on; 0, and it is assumed."""

    @property
    def is_measured(self) -> bool:
        """Whether anyone has looked."""
        return self.runs >= RUNS_MIN


def floor(noise: Noise | None) -> Floor:
    """Return the floor that runs of identical commits showed; of too few, the assumed one."""
    runs = max(len(noise.cpu), len(noise.figure)) if noise else 0
    if noise is None or runs < RUNS_MIN:
        return Floor()
    wall = floor_of(noise.wall) if len(noise.wall) >= RUNS_MIN else WALL_UNMEASURED
    return Floor(floor_of(noise.cpu), wall, floor_of(noise.figure), runs)


def read(results_dir: Path) -> dict[str, Noise]:
    """Return the noise of each case by its name; of a repository that measured none, nothing."""
    file = results_dir / JUDGING / FILE
    try:
        return _File.model_validate_json(file.read_bytes()).cases
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise InvalidFloors(file, f"{place}: {first['msg']}".strip(": ")) from error


def write(results_dir: Path, cases: Mapping[str, Noise], *, commit: str, pairs: int) -> Path:
    """Write all cases, in order; whoever reads meanwhile has the file as it was."""
    file = results_dir / JUDGING / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "schema": SCHEMA,
        "pairs": pairs,
        "commit": commit,
        "cases": {name: _rounded(noise) for name, noise in sorted(cases.items())},
    }
    # One case a line: what a run changed can be read in the diff.
    lines = json.dumps(content, indent=1).replace("\n   ", " ").replace("\n  }", "}")
    half = file.with_suffix(f".{os.getpid()}.tmp")
    half.write_text(f"{lines}\n", "utf-8")
    half.replace(file)
    return file


def _rounded(noise: Noise) -> dict[str, Sequence[float]]:
    kinds = noise.model_dump().items()
    return {kind: [float(f"{each:.3g}") for each in shares] for kind, shares in kinds if shares}
