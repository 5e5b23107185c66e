"""Which figures are promised, and does what was measured keep to them?

`benchmarks/targets.toml` says what is promised; docs/tracking.md describes it.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from tracker.errors import InvalidTargets
from tracker.results import Point

UNITS: Final[Mapping[str, tuple[str, float]]] = {
    "s": ("seconds", 1.0),
    "ms": ("seconds", 1e-3),
    "µs": ("seconds", 1e-6),
    "ns": ("seconds", 1e-9),
    "kB": ("bytes", 1e3),
    "MB": ("bytes", 1e6),
    "GB": ("bytes", 1e9),
    "KiB": ("bytes", 2.0**10),
    "MiB": ("bytes", 2.0**20),
    "GiB": ("bytes", 2.0**30),
}
"""What each is a multiple of; a unit that is not here only agrees with itself."""


class Floor(BaseModel):
    """A benchmark of what a figure can not be below: the same without what is ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    benchmark: str = Field(min_length=1)
    params: tuple[int | float | str | bool, ...] | None = None


class Target(BaseModel):
    """One figure, and the bound it is to keep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    benchmark: str = Field(min_length=1)
    params: tuple[int | float | str | bool, ...] | None = None
    """One combination; without it every combination is to keep the bound, and the worst counts."""
    bound: FiniteFloat
    unit: str = Field(min_length=1)
    better: Literal["lower", "higher"] = "lower"
    kind: Literal["promise", "goal"]
    note: str = ""
    missed: str = ""
    """Why the bound is not kept; told while it is not."""
    floor: Floor | None = None

    @property
    def benchmarks(self) -> Sequence[str]:
        """The benchmarks it is judged by."""
        return [self.benchmark] + ([self.floor.benchmark] if self.floor else [])


class State(Enum):
    """How a target stands, in the order a reader wants to see them."""

    VIOLATED = "violated"
    NO_DATA = "no data"
    PASSING = "passing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one commit measured, in the unit of the target; the value is None if it failed."""

    commit: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A target, how it stands, and the readings that say so, oldest first."""

    target: Target
    state: State
    readings: tuple[Reading, ...] = ()
    since: str | None = None
    """The commit from which on the state has held."""
    reason: str = ""
    """Why there is no data."""
    floor: Reading | None = None
    """What the commit of the last reading measured of the target's floor."""


def read(file: Path) -> tuple[Target, ...]:
    """Read the targets; a repository without the file has none."""
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except tomllib.TOMLDecodeError as error:
        raise InvalidTargets(file, [str(error)]) from error
    unknown = [f"{key}: only [[target]] tables are read" for key in content if key != "target"]
    tables = content.get("target", [])
    if unknown or not isinstance(tables, list):
        raise InvalidTargets(file, unknown or ["target: write [[target]], a list of tables"])
    targets, problems = [], []
    for number, table in enumerate(tables, start=1):
        try:
            targets.append(Target.model_validate(table))
        except ValidationError as error:
            problems += _problems(error, f"target {number} ({table.get('name', 'no name')})")
    if problems:
        raise InvalidTargets(file, problems)
    return tuple(targets)


def _problems(error: ValidationError, entry: str) -> list[str]:
    return [
        f"{entry}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_url=False)
    ]


def judge(target: Target, points: Sequence[Point], order: Mapping[str, int]) -> Standing:
    """Say how a target stands on one machine; `order` gives the age of each published commit."""
    standing = _judge(target, points, order)
    if target.floor is None or not standing.readings:
        return standing
    asked = target.model_copy(update=target.floor.model_dump() | {"floor": None})
    last = standing.readings[-1].commit
    below = _judge(asked, [point for point in points if point.commit == last], order)
    return replace(standing, floor=below.readings[-1] if below.readings else None)


def _judge(target: Target, points: Sequence[Point], order: Mapping[str, int]) -> Standing:
    by_commit: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        if point.benchmark == target.benchmark and point.commit in order and _meant(target, point):
            by_commit[point.commit].append(point)
    if not by_commit:
        reason = "no result of this benchmark"
        return Standing(target=target, state=State.NO_DATA, reason=reason)
    unit = next(iter(by_commit.values()))[0].unit
    scale = _scale(unit, target.unit)
    if scale is None:
        reason = f"the benchmark gives {unit}, not {target.unit}"
        return Standing(target=target, state=State.NO_DATA, reason=reason)
    readings = tuple(
        _worst(target, by_commit[commit], scale)
        for commit in sorted(by_commit, key=order.__getitem__)
    )
    states = [_state(target, reading) for reading in readings]
    held = next((i for i, state in enumerate(reversed(states)) if state != states[-1]), len(states))
    return Standing(
        target=target,
        state=states[-1],
        readings=readings,
        since=readings[-held].commit,
        reason="the benchmark failed" if states[-1] is State.NO_DATA else "",
    )


def _meant(target: Target, point: Point) -> bool:
    return target.params is None or point.parameters == tuple(map(repr, target.params))


def _worst(target: Target, points: Sequence[Point], scale: float) -> Reading:
    """Return the reading that decides: a failure, or the value farthest to the wrong side."""
    values = [(point.value, point) for point in points if point.value is not None]
    if len(values) < len(points):
        return Reading(commit=points[0].commit, value=None)
    choose = max if target.better == "lower" else min
    value, point = choose(values, key=lambda pair: pair[0])
    low, high = (edge if edge is None else edge * scale for edge in (point.low, point.high))
    return Reading(commit=point.commit, value=value * scale, low=low, high=high)


def _state(target: Target, reading: Reading) -> State:
    if reading.value is None:
        return State.NO_DATA
    kept = (
        reading.value <= target.bound if target.better == "lower" else reading.value >= target.bound
    )
    return State.PASSING if kept else State.VIOLATED


def _scale(given: str, wanted: str) -> float | None:
    """Return what to multiply by to go from one unit to the other; None when none will do."""
    given_of, given_times = UNITS.get(given, (given, 1.0))
    wanted_of, wanted_times = UNITS.get(wanted, (wanted, 1.0))
    return given_times / wanted_times if given_of == wanted_of else None
