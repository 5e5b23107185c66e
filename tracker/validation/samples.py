"""The file of samples: what `python -m benchmarks.letta` writes and all else here reads.

A field that is not known here is passed over, so that the format may grow. A field that is missing,
of another type or in contradiction to another is an error that names it: a verdict is only as good
as its samples.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    model_validator,
)

from tracker.errors import InvalidSamples

PROBLEMS_MAX = 10
"""A file of another format would fill the screen."""

Seconds = Annotated[FiniteFloat, Field(gt=0)]
Amount = Annotated[FiniteFloat, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    """Any part of the file."""

    model_config = ConfigDict(frozen=True)


class Failure(Part):
    """A call that failed, or whose effect was missing; it is never a time."""

    turn: Count
    """Which of `seconds`, from 0."""
    why: str


class Timed(Part):
    """One operation through one arm, a figure a turn; None where the turn failed."""

    operation: Name
    arm: Name
    seconds: tuple[Seconds | None, ...]
    server_seconds: tuple[Amount | None, ...] = ()
    """What Letta says it worked on that turn; all of its requests together."""
    requests: Amount | None = None
    """To Letta, a turn; so are connections opened and bytes received."""
    connections: Amount | None = None
    bytes: Amount | None = None
    first_s: Amount | None = None
    """The first call, which is not among the samples."""
    failures: tuple[Failure, ...] = ()
    unavailable: str | None = None
    """Why this arm can not do it."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        turns = len(self.seconds)
        if self.server_seconds and len(self.server_seconds) != turns:
            found = len(self.server_seconds)
            raise ValueError(f"{turns} turns in seconds, {found} in server_seconds")
        for failure in self.failures:
            if failure.turn >= turns:
                raise ValueError(f"turn {failure.turn} failed, of {turns} turns from 0")
            if self.seconds[failure.turn] is not None:
                raise ValueError(f"turn {failure.turn} failed, and has a time")
        if self.unavailable and any(second is not None for second in self.seconds):
            raise ValueError("unavailable, and has times")
        return self


class Scaling(Part):
    """So many clients at once, each with the same operation."""

    operation: Name
    arm: Name
    clients: Annotated[int, Field(ge=1)]
    seconds: tuple[Seconds | None, ...]
    wall_s: Seconds
    failures: Count = 0


class Sustained(Part):
    """One call each interval, for a while."""

    arm: Name
    operation: Name
    interval_s: Seconds
    duration_s: Seconds
    started_s: tuple[Amount, ...]
    seconds: tuple[Seconds | None, ...]
    failures: Count = 0

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if len(self.started_s) != len(self.seconds):
            raise ValueError(f"{len(self.started_s)} started_s, {len(self.seconds)} seconds")
        return self


class Process(Part):
    """The server process of an arm while it worked; not the driver."""

    arm: Name
    at_s: tuple[Amount, ...]
    rss_bytes: tuple[Count, ...]
    cpu_s: tuple[Amount, ...]
    """Since its start, so it only rises."""
    peak_bytes: Count
    operations: Count

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        lengths = {len(self.at_s), len(self.rss_bytes), len(self.cpu_s)}
        if len(lengths) > 1:
            raise ValueError("at_s, rss_bytes and cpu_s are not of one length")
        for name in ("at_s", "cpu_s"):
            values = getattr(self, name)
            if list(values) != sorted(values):
                raise ValueError(f"{name} falls; it can only rise")
        return self


class Backend(Part):
    """The Letta, or what stood in for it."""

    kind: Literal["real", "standin"]
    profile: Literal["zero", "measured", "wan"] | None = None
    version: str = ""
    agents: Count | None = None
    pooling: bool | None = None
    llm_ms: Amount | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if (self.kind == "standin") != (self.profile is not None):
            raise ValueError("a stand-in has a profile, a real Letta has none (null)")
        return self

    @property
    def label(self) -> str:
        """`real`, `standin-zero`, …: how it is told apart in names of files."""
        return f"standin-{self.profile}" if self.profile else "real"

    @property
    def title(self) -> str:
        """How a reader is told of it."""
        return f"stand-in, profile {self.profile}" if self.profile else f"Letta {self.version}"


class Samples(Part):
    """One run of the benchmarks."""

    format: Literal[1]
    commit: Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$")]
    is_clean: bool
    set: Literal["quick", "full", "comparative"]
    seed: int
    measured_at: AwareDatetime
    backend: Backend
    packages: dict[str, str] = {}
    operations: tuple[Timed, ...]
    scaling: tuple[Scaling, ...] = ()
    sustained: tuple[Sustained, ...] = ()
    processes: tuple[Process, ...] = ()

    @model_validator(mode="after")
    def _says_everything_once(self) -> Self:
        rows: Sequence[tuple[object, ...]] = [
            *((row.operation, row.arm) for row in self.operations),
            *((row.operation, row.arm, row.clients) for row in self.scaling),
        ]
        if twice := [row for row, count in Counter(rows).items() if count > 1]:
            raise ValueError(f"twice: {' · '.join(map(str, twice[0]))}")
        return self

    def timed(self, operation: str, arm: str) -> Timed | None:
        """Return what was measured of an operation through an arm."""
        found = (row for row in self.operations if (row.operation, row.arm) == (operation, arm))
        return next(found, None)

    @property
    def measured_on(self) -> datetime:
        """When, as a plain moment to sort by."""
        return self.measured_at

    @property
    def file_name(self) -> str:
        """Under which it is committed."""
        return f"{self.commit[:8]}-{self.backend.label}.json"


def read(file: Path) -> Samples:
    """Read a file of samples.

    Raises:
        InvalidSamples: it can not be read, or says what can not be; each place is named.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InvalidSamples(file, [str(reason)]) from error
    try:
        # In strict mode "1" is no number; JSON has lists for tuples and texts for moments.
        return Samples.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise InvalidSamples(file, _problems(error, text)) from error


def write(samples: Samples, file: Path) -> None:
    """Write the samples, all of their digits, in one step."""
    _replace(file, samples.model_dump_json(indent=1))


def write_rounded(samples: Samples, file: Path) -> None:
    """Write the samples with four digits each: more is noise, and the file is committed."""
    content = _rounded(samples.model_dump(mode="json"))
    _replace(file, json.dumps(content, separators=(",", ":")).replace(',{"', ',\n{"') + "\n")


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_text(text, "utf-8")
    partial.replace(file)


def _rounded(content: object) -> object:
    if isinstance(content, float):
        return float(f"{content:.4g}")
    if isinstance(content, dict):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_rounded(value) for value in content]
    return content


def _problems(error: ValidationError, text: str) -> list[str]:
    """Name each place, with the operation and arm of its row: an index says little."""
    found = error.errors(include_url=False)
    shown = [
        f"{_place(problem['loc'], text)}{problem['msg'].removeprefix('Value error, ')}"
        for problem in found[:PROBLEMS_MAX]
    ]
    more = len(found) - len(shown)
    return [*shown, f"and {more} more"] if more else shown


def _place(location: tuple[int | str, ...], text: str) -> str:
    if not location:
        return ""
    name = ".".join(map(str, location))
    match location:
        case (str(kind), int(index), *_):
            row = json.loads(text)[kind][index]
            if isinstance(row, dict):
                said = [str(row[key]) for key in ("operation", "arm", "clients") if key in row]
                return f"{name} ({' · '.join(said)}): "
    return f"{name}: "
