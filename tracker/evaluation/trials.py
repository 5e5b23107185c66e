"""Trials of the judge: what was put before it, and what it said. Kept as they come."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

Part: TypeAlias = Literal["calibration", "same", "fault", "power", "bisect"]
"""what a unit of work costs; identical commits and void changes; mistakes; work of a known size; a
commit to be found"""

LEDGER: Final = "evaluation-live.jsonl"
"""In asv's folder, which is not committed: a run that was killed goes on from it."""


class Judged(BaseModel):
    """What was said of one benchmark, by us and by asv on the same samples."""

    model_config = ConfigDict(frozen=True)

    benchmark: str
    colour: Literal["", "yellow", "red"] = ""
    """Of the gate; none is green."""
    verdict: str
    change: float | None = None
    """A share: 0.05 is 5 % slower."""
    low: float | None = None
    high: float | None = None
    pairs: int = 0
    counters: tuple[str, ...] = ()
    """That moved, the worst first."""
    asv: Literal["slower", "faster", "same"] | None = None
    """None where no samples were taken."""


class Trial(BaseModel):
    """One comparison, or one search."""

    model_config = ConfigDict(frozen=True)

    key: str
    part: Part
    subject: str
    """What was changed."""
    size: float | None = None
    """Of the work that was put in, a share of the base; of a calibration, that of one unit."""
    seconds: float
    judged: tuple[Judged, ...] = ()
    """In the order of the report."""
    found: bool | None = None
    """Of a search: whether it named the commit."""
    asv_found: bool | None = None
    said: str = ""
    """What went wrong, if something did."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The trials of one commit with one seed, a line each."""

    file: Path
    subject: str
    """Which commit and seed they are of; trials of another are dropped."""

    def read(self) -> list[Trial]:
        """Return what is kept; a line that was cut off when a run was killed is left out."""
        lines = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
        if not lines or lines[0] != self._head:
            return []
        return list(_trials(lines[1:]))

    def begin(self) -> list[Trial]:
        """Return what is kept of this subject, and make the file hold nothing else."""
        kept = self.read()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lines = [self._head, *(trial.model_dump_json() for trial in kept)]
        made = self.file.with_suffix(".part")
        made.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        made.replace(self.file)
        return kept

    def add(self, trial: Trial) -> None:
        """Keep a trial, at once."""
        with self.file.open("a", encoding="utf-8") as file:
            file.write(f"{trial.model_dump_json()}\n")
            file.flush()
            os.fsync(file.fileno())

    @property
    def _head(self) -> str:
        return json.dumps({"trials_of": self.subject})


def _trials(lines: Sequence[str]) -> Iterator[Trial]:
    for line in lines:
        try:
            yield Trial.model_validate_json(line)
        except ValidationError:
            continue
