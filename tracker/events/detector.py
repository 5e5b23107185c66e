"""The detector of what varies, with a memory: a series that has not grown is not searched again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from tracker.events.model import Change

FILE: Final = "detected.json"

POOLED_MIN: Final = 10_000
"""Figures; from some two seconds of searching on, a second for two new processes pays."""

CHUNK: Final = 8

KEPT_MAX: Final = 5_000
"""Series; of those that are not asked for any more, none is kept."""


def detect(values: Sequence[float]) -> list[Change]:
    """Return the changes that the detector finds, surely or not: all are to be measured again."""
    # Dear to import, and of a history that has not grown nothing is searched.
    from tracker.detection.detector import detect as search
    from tracker.detection.model import Kind

    found = []
    for each in search(values):
        is_creep = each.kind is Kind.CREEP
        # Creep is told where it ends: only there can it be said how much it came to.
        index = each.latest if is_creep else each.index
        origin = max((each.index if is_creep else index) - 1, 0)
        told = Change(
            index=index,
            origin=origin,
            before=each.before,
            after=each.after,
            confidence=each.confidence,
            is_creep=is_creep,
            earliest=None if is_creep else each.earliest,
            latest=None if is_creep else each.latest,
        )
        found.append(told)
    return found


@dataclass(frozen=True, slots=True)
class Remembering:
    """Finds changes; asked for figures that it has seen, it knows the answer."""

    file: Path
    known: dict[str, list[Change]]
    asked: dict[str, list[Change]] = field(default_factory=dict)

    def __call__(self, values: Sequence[float]) -> list[Change]:
        """Return the changes of a series, oldest first."""
        digest = _digest(values)
        if digest not in self.known:
            self.known[digest] = detect(values)
        self.asked[digest] = self.known[digest]
        return self.asked[digest]

    def prepare(self, many: Sequence[Sequence[float]], *, pooled_min: int = POOLED_MIN) -> None:
        """Search at once what will be asked for; from `pooled_min` figures on, in processes."""
        unknown = {_digest(values): values for values in many}
        unknown = {key: values for key, values in unknown.items() if key not in self.known}
        if sum(map(len, unknown.values())) < pooled_min:
            return  # Starting processes would take longer.
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # New interpreters: a copy of this one might hold locks of threads that it has not.
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            found = pool.map(detect, unknown.values(), chunksize=CHUNK)
            self.known.update(zip(unknown, found, strict=True))

    def keep(self) -> None:
        """Write what was asked for; a folder that cannot be written costs time, not events."""
        kept = dict(list(self.asked.items())[:KEPT_MAX])
        text = json.dumps({key: [asdict(c) for c in found] for key, found in kept.items()})
        written = self.file.with_suffix(".new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(text, "utf-8")
            written.replace(self.file)
        except OSError:
            return


def _digest(values: Sequence[float]) -> str:
    return hashlib.sha256(f"{_source()} {list(values)!r}".encode()).hexdigest()[:24]


@cache
def _source() -> str:
    """Return what stands for the detector as it is: another one may find something else."""
    package = Path(__file__).parents[1] / "detection"
    code = b"".join(file.read_bytes() for file in sorted(package.glob("*.py")))
    return hashlib.sha256(code + Path(__file__).read_bytes()).hexdigest()


def kept(folder: Path) -> Remembering:
    """Return a detector that remembers in a file of `folder`."""
    file = folder / FILE
    try:
        content = json.loads(file.read_text("utf-8"))
        known = {key: [Change(**each) for each in found] for key, found in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        known = {}  # Nothing there, or written by another version: it is found again.
    return Remembering(file, known)
