"""What was claimed, from `claims.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, ValidationError, model_validator

from tracker.errors import InvalidClaims

CLAIMS: Final = Path(__file__).with_name("claims.toml")

Kind = Literal["ratio", "seconds", "memory", "cpu", "throughput"]

UNITS: Final[Mapping[Kind, str]] = {
    "ratio": "×",
    "seconds": " s",
    "memory": " MB",
    "cpu": " %",
    "throughput": " a second",
}

OF_A_PROCESS: Final = frozenset({"memory", "cpu"})
"""Judged over all that a server process did, not over one operation."""


class Claim(BaseModel):
    """One figure that was claimed: a bound, in the unit of its kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    kind: Kind
    said: str = Field(min_length=1)
    """In the words of whoever claimed it."""
    operation: str = ""
    batch: str = ""
    """The operation that does the same in one batch, where there is one."""
    at_least: PositiveFloat | None = None
    at_most: PositiveFloat | None = None
    clients: int | None = Field(default=None, ge=1)
    is_headline: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give one of at_least and at_most")
        if (self.kind in OF_A_PROCESS) == bool(self.operation):
            raise ValueError("memory and cpu are of a process, all else is of an operation")
        if (self.kind == "throughput") != (self.clients is not None):
            raise ValueError("throughput, and only that, is of so many clients")
        return self

    @property
    def value(self) -> float:
        """The figure claimed."""
        bound = self.at_least if self.at_least is not None else self.at_most
        assert bound is not None
        return bound

    @property
    def text(self) -> str:
        """The bound as one writes it: `≥ 4×`."""
        return f"{'≤' if self.at_least is None else '≥'} {self.value:g}{UNITS[self.kind]}"

    def is_kept_by(self, figure: float) -> bool:
        """Say whether a figure is on the right side of the bound, or on it."""
        return figure <= self.value if self.at_least is None else figure >= self.value


def read(file: Path = CLAIMS) -> tuple[Claim, ...]:
    """Read the claims, in their order.

    Raises:
        InvalidClaims: the file says what can not be; each claim is named.
    """
    try:
        tables = tomllib.loads(file.read_text("utf-8")).get("claim", [])
    except tomllib.TOMLDecodeError as error:
        raise InvalidClaims(file, [str(error)]) from error
    claims, problems = [], []
    for table in tables:
        try:
            claims.append(Claim.model_validate(table))
        except ValidationError as error:
            problems += [
                f"{table.get('name', 'no name')}:"
                f" {'.'.join(map(str, each['loc']))} {each['msg'].removeprefix('Value error, ')}"
                for each in error.errors(include_url=False)
            ]
    if problems or not claims:
        raise InvalidClaims(file, problems or ["it has no [[claim]]"])
    return tuple(claims)
