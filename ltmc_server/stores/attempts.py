"""What an attempt is, and what the tools ask of the store that keeps them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, NewType, Protocol, TypeAlias

from ltmc_server.dataclass import dataclass
from ltmc_server.model import Page, Vectors

AttemptId = NewType("AttemptId", str)
"""`pat_…`: sorts by the time it was made."""

Result: TypeAlias = Literal["pass", "fail", "partial"]
"""Whether it worked."""

SEARCHED_MAX: Final = 10_000
"""Attempts of a project that a search compares, the newest; at most."""

TAGS_MAX: Final = 50
"""Tags whose rates are told, those of the most attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Code that was written for a purpose, and whether it worked."""

    id: AttemptId
    project_id: str
    input_prompt: str
    generated_code: str
    result: Result
    function_name: str | None
    file_name: str | None
    tags: Sequence[str]
    error_message: str | None
    execution_time_ms: float | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptDraft:
    """An attempt that is to be kept."""

    project_id: str
    input_prompt: str
    generated_code: str
    result: Result
    vector: bytes
    """float16, little endian, of `model`."""
    model: str
    function_name: str | None = None
    file_name: str | None = None
    tags: Sequence[str] = ()
    error_message: str | None = None
    execution_time_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFilter:
    """Which attempts a question is about; a field that is None or empty does not narrow it."""

    project_id: str
    result: Result | None = None
    tags: Sequence[str] = ()
    """All of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How attempts with one tag went."""

    tag: str
    passed: int
    failed: int
    partial: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.passed + self.failed + self.partial


class AttemptStore(Protocol):
    """Attempts, found by words, by vectors, or by when they were made."""

    async def add(self, draft: AttemptDraft) -> Attempt:
        """Keep an attempt."""
        ...

    async def page(self, wanted: AttemptFilter, *, limit: int, offset: int) -> Page[Attempt]:
        """Return attempts, newest first."""
        ...

    async def get(self, ids: Sequence[AttemptId]) -> Sequence[Attempt]:
        """Return the attempts that exist, in the order of `ids`."""
        ...

    async def shares(self, wanted: AttemptFilter, query: str) -> Mapping[AttemptId, float]:
        """Return how much of the weight of a query's words each attempt holds, in (0, 1]."""
        ...

    async def vectors(
        self, wanted: AttemptFilter, *, model: str
    ) -> tuple[Sequence[AttemptId], Vectors] | None:
        """Return the newest attempts with a vector that `model` made, and these; None if none has.

        Shapes:  (n,) and (n, dimension), of unit length; n at the most `SEARCHED_MAX`.
        """
        ...

    async def tallies(self, project_id: str) -> Sequence[Tally]:
        """Return how attempts went, by tag: of the most attempts first, then by name."""
        ...
