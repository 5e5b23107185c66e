"""Points → histories: the figures of one benchmark over the commits of a branch, oldest first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tracker.results import Point, full_name

EXACT_PREFIX: Final = "work."
"""Benchmarks that count what a call does."""

EXACT: Final = (
    EXACT_PREFIX,
    "quality.",
    "cold_start.Imports.track_modules",
    "cold_start.ImportsOfFirstAnswer.",
    "letta.comparison.OnStandIn.track_dealer_workflow_requests",
    "recall.Growing.track_disk_per_text",
)
"""How names of benchmarks begin that count: the same commit gives the same figure."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure at a commit; of the median's interval, the ends, where there is one."""

    commit: str
    revision: int
    """The commit's place on its branch, as asv numbers it."""
    value: float
    low: float | None
    high: float | None
    samples: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One benchmark, with one combination of its parameters, on one machine."""

    machine: str
    benchmark: str
    parameters: tuple[str, ...]
    unit: str
    readings: tuple[Reading, ...]
    """Oldest first, one a commit; a commit whose benchmark failed or was skipped has none."""

    @property
    def name(self) -> str:
        """As asv prints it."""
        return full_name(self.benchmark, self.parameters)

    @property
    def is_exact(self) -> bool:
        """Whether its figures are counts, which do not vary of themselves."""
        return self.benchmark.startswith(EXACT)


def histories(points: Iterable[Point], revisions: Mapping[str, int]) -> list[Series]:
    """Return one series a machine, benchmark and parameters, in a steady order.

    Args:
        points: as `results.points` reads them.
        revisions: commit → place on the branch; points of other commits are left out.
    """
    gathered: dict[tuple[str, str, tuple[str, ...], str], list[Reading]] = defaultdict(list)
    for point in points:
        if point.value is None or point.commit not in revisions:
            continue
        key = (point.machine, point.benchmark, point.parameters, point.unit)
        gathered[key].append(
            Reading(
                point.commit,
                revisions[point.commit],
                point.value,
                point.low,
                point.high,
                point.samples,
            )
        )
    return [
        Series(
            machine=machine,
            benchmark=benchmark,
            parameters=parameters,
            unit=unit,
            readings=tuple(sorted(readings, key=lambda reading: reading.revision)),
        )
        for (machine, benchmark, parameters, unit), readings in sorted(gathered.items())
    ]
