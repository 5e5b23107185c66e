"""What asv and the site read off a `track_*` function."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypedDict, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., object])


class Samples(TypedDict):
    """A distribution, as asv takes it: it stores the median, its interval and the samples."""

    samples: list[float]
    number: int


Tracked: TypeAlias = float | int | Samples


def unit(name: str, *, less_is_better: bool = True) -> Callable[[_Function], _Function]:
    """Say in which unit a function tracks, and which way is better."""

    def mark(function: _Function) -> _Function:
        function.unit = name  # type: ignore[attr-defined]
        function.less_is_better = less_is_better  # type: ignore[attr-defined]
        return function

    return mark


def samples(values: Sequence[float]) -> Samples:
    """Return values rounded to four digits: more is noise, and the files are committed."""
    return {"samples": [float(f"{value:.4g}") for value in values], "number": 1}
